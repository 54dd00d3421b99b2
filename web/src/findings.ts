// Findings, ranked: who, whom, why, and when.
import { button, byId, copyButton, h, search, select } from "./dom";
import { formatChance, formatCount, plural } from "./format";
import { icon, labelOf } from "./look";
import { bracket, Finding } from "./report";
import { View } from "./view";

const PAGE = 10, PAPER = 100; // findings at once; on paper, which has no pages to turn
const BINS = 240; // as many as attempts.count has; fewer make gaps in what is regular

interface Filters { host: string; severity: string; kind: string; text: string; showAllowed: boolean; }

/** Sessions by when they were on, over the whole time; of what has none, attempts. */
function counts(view: View, finding: Finding): ArrayLike<number> {
    const { sessions, scan, attempts, page } = view.report, counted = new Uint32Array(BINS);
    if (finding.attemptsAt !== null)
        return attempts.subarray(finding.attemptsAt * BINS, (finding.attemptsAt + 1) * BINS);
    const length = Date.parse(scan.last!) * 1000 - page.base_us + 1000;
    const bin = (us: number) => Math.min(BINS - 1, Math.floor(us / length * BINS));
    for (let i = 0; i < sessions.size; i++)
        if (sessions.channel[i] === finding.channel)
            for (let at = bin(sessions.start[i]); at <= bin(sessions.start[i] + sessions.duration[i]); at++)
                counted[at]++;
    return counted;
}

function sparkline(view: View, finding: Finding): SVGSVGElement {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), bins = Array.from(counts(view, finding));
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path"), most = Math.max(...bins, 1);
    path.setAttribute("d", bins
        .map((n, i) => n === 0 ? "" : `M${i + 0.5},24v${-Math.max(3, Math.round(n / most * 23))}`).join(""));
    svg.setAttribute("viewBox", `0 0 ${BINS} 25`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("class", "sparkline");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label",
        `When its ${finding.attemptsAt === null ? "sessions were on" : "attempts began"}, from the first packet of all to the last`);
    svg.append(path);
    return svg;
}

function service({ server, port, proto }: Finding): string {
    return `${bracket(server)}:${port}/${proto}`;
}

function kindLabel(kind: string): string {
    return kind === "failed" ? "never answered" : labelOf(kind);
}

function matches(view: View, finding: Finding, filters: Filters): boolean {
    const words = () => [finding.inside_h, service(finding), finding.facts, ...finding.names, ...finding.techniques,
        ...finding.evidence.map(e => e.words)].join("\n").toLowerCase();
    return (filters.showAllowed || !finding.allowed) &&
        (filters.host === "" || filters.host === finding.inside_h) &&
        (filters.severity === "" || filters.severity === finding.severity) &&
        (filters.kind === "" || filters.kind === view.report.kindOfFinding(finding)) &&
        (filters.text === "" || words().includes(filters.text));
}

/** How much it matters, and how likely it is. */
function level(finding: Finding): HTMLElement {
    return h("div", { class: "finding-level" }, h("span", { class: "severity" }, finding.severity),
        finding.score === null ? null : h("b", { class: "score" }, formatChance(finding.score)),
        finding.score === null ? null : h("span", { class: "quiet" }, "control"));
}

/** Its names, other than its own address. */
function namesOf({ server, port, names }: Finding): string {
    return names.filter(name => name !== server && name !== `${bracket(server)}:${port}`).join(", ");
}

/** What it is in figures, then why it is here: what weighs most first. */
function evidence(finding: Finding): HTMLElement[] {
    const why = [...finding.evidence.map(({ words }) => words),
        ...(finding.kind === "failed" ? ["tried again and again, and never answered"] : []),
        ...(finding.plain_rule ? ["the paper's rule: short packets"] : [])];
    return [h("p", { class: "facts-line" }, finding.facts),
        h("ul", { class: "why", "aria-label": "Why" }, ...why.map(words => h("li", {}, words)))];
}

function time(view: View, finding: Finding): HTMLElement {
    const [first, last] = [finding.first, finding.last].map(iso => view.clock.format(Date.parse(iso) * 1000));
    const [day, clock] = last.split(" "), end = first === last ? "" : ` to ${first.startsWith(day) ? clock : last}`;
    const what = [finding.sessions > 0 ? plural(finding.sessions, "session") : "",
        finding.attempts > 0 ? plural(finding.attempts, "attempt") : ""];
    return h("div", { class: "finding-time" }, sparkline(view, finding),
        h("span", { class: "quiet" }, `${what.filter(Boolean).join(", ")}, ${first}${end} ` +
            view.clock.name(Date.parse(finding.first) * 1000)));
}

function techniques(view: View, { techniques: ids }: Finding): HTMLElement | null {
    const names = view.report.page.techniques;
    return ids.length === 0 ? null : h("span", { class: "quiet" }, "ATT&CK ",
        ...ids.flatMap((id, i) => [i > 0 ? ", " : "", h("span", { class: "technique" }, id), names[id] ? ` ${names[id]}` : ""]));
}

function links(view: View, finding: Finding): HTMLElement {
    const { channel } = finding, kind = view.report.kindOfFinding(finding);
    const show = (target: string) => () => {
        view.select({ channel, host: null, region: null, span: null });
        byId(target).scrollIntoView();
    };
    return h("p", { class: "finding-links" },
        h("span", {}, ...(kind === "failed" ? [] : ["mostly ", icon(kind), " "]), kindLabel(kind)),
        ...(channel === null || finding.sessions === 0 ? [] : [
            button("Its sessions", show("sessions"), { class: "link" }),
            button("in the pictures", show("pictures"), { class: "link" }),
            button("on the timeline", show("timeline"), { class: "link" }),
            ...copyButton(`Copy the --select of ${finding.inside_h} to ${service(finding)}`,
                () => `--select '${finding.select}'`, "copy as --select", "link")]),
        techniques(view, finding),
        finding.allowed ? h("span", { class: "quiet" }, "on the allow list") : null);
}

function card(view: View, finding: Finding): HTMLElement {
    const names = namesOf(finding);
    return h("li", { class: `finding severity-${finding.severity}`, value: finding.rank }, level(finding),
        h("div", { class: "finding-main" },
            h("div", { class: "finding-head" }, h("h3", {}, `${finding.inside_h} → ${service(finding)}`),
                names === "" ? null : h("span", { class: "names" }, names)),
            ...evidence(finding), links(view, finding)),
        time(view, finding));
}

/** "5 high, 2 low". */
function severities(findings: Finding[]): string {
    return ["high", "medium", "low"].map(name => [findings.filter(f => f.severity === name).length, name] as const)
        .filter(([n]) => n > 0).map(([n, name]) => `${formatCount(n)} ${name}`).join(", ");
}

export function addFindings(view: View): void {
    const { report } = view, { findings } = report;
    const filters: Filters = { host: "", severity: "", kind: "", text: "", showAllowed: report.page.show_allowed };
    const allowed = findings.filter(finding => finding.allowed).length;
    let page = 0;

    const previous = button("‹", () => { page--; draw(); }, { "aria-label": "Previous findings" });
    const next = button("›", () => { page++; draw(); }, { "aria-label": "Next findings" });
    const status = h("span");
    const draw = () => {
        const listed = findings.filter(finding => matches(view, finding, filters));
        const size = view.isPrinting ? PAPER : PAGE, from = view.isPrinting ? 0 : page * PAGE;
        const shown = listed.slice(from, from + size);
        byId("findings-list").replaceChildren(...shown.map(finding => card(view, finding)));
        byId("findings-count").textContent = findings.length === 0
            ? "Nothing here stands out. In ordinary traffic that is no all-clear."
            : `${formatCount(listed.length)} of ${plural(findings.length, "finding")}` +
                ` (${severities(findings)}), most likely control first` +
                (allowed > 0 && !filters.showAllowed ? `; ${formatCount(allowed)} on the allow list hidden` : "");
        byId("findings-pager").hidden = listed.length <= size;
        previous.disabled = page === 0;
        next.disabled = from + PAGE >= listed.length;
        status.textContent = `${formatCount(from + 1)}–${formatCount(from + shown.length)} of ${formatCount(listed.length)}`;
    };
    const refine = (part: Partial<Filters>) => { Object.assign(filters, part); page = 0; draw(); };
    const choices = (all: string, values: string[], label = (value: string) => value) =>
        [{ value: "", label: all }, ...[...new Set(values)].map(value => ({ value, label: label(value) }))];
    byId("findings-filters").hidden = findings.length < 2 && allowed === 0;
    byId("findings-filters").append(
        search("Search findings", text => refine({ text })),
        select("Host", choices("all", findings.map(f => f.inside_h)),
            host => refine({ host })),
        select("Severity", choices("all", findings.map(f => f.severity)), severity => refine({ severity })),
        select("Verdict", choices("all", findings.map(f => report.kindOfFinding(f)), kindLabel), kind => refine({ kind })));
    if (allowed > 0) {
        const box = h("input", { type: "checkbox", checked: filters.showAllowed });
        box.addEventListener("change", () => refine({ showAllowed: box.checked }));
        byId("findings-filters").append(h("label", {}, box, " show those on the allow list"));
    }
    byId("findings-pager").append(previous, status, next);
    view.on(["zone", "look"], draw);
    draw();
}
