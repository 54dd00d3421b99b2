// Findings, ranked: who, whom, why, and when.
import { button, byId, h, search, select } from "./dom";
import { formatCount, formatPercent, plural } from "./format";
import { icon, labelOf } from "./look";
import { bracket, Finding } from "./report";
import { View } from "./view";

const PAGE = 10, BINS = 60;

interface Filters { host: string; severity: string; kind: string; text: string; showAllowed: boolean; }

/** Sessions over the whole time, in so many bars; heights 0 to 1. */
function bars(view: View, channel: number, end: number): number[] {
    const { sessions } = view.report, counts = new Array<number>(BINS).fill(0);
    for (let i = 0; i < sessions.size; i++)
        if (sessions.channel[i] === channel)
            counts[Math.min(BINS - 1, Math.floor(sessions.start[i] / end * BINS))]++;
    const most = Math.max(...counts, 1);
    return counts.map(n => n / most);
}

function sparkline(view: View, channel: number, end: number): SVGSVGElement {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", bars(view, channel, end)
        .map((n, i) => n === 0 ? "" : `M${2 * i + 1},24v${-Math.max(2, Math.round(n * 23))}`).join(""));
    svg.setAttribute("viewBox", `0 0 ${2 * BINS} 25`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("class", "sparkline");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "Its sessions over the whole time");
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

/** What it is in figures, then why it is here: what weighs most first. */
function evidence(finding: Finding): HTMLElement {
    const why = finding.evidence.map(({ words }) => h("li", { class: "why" }, words));
    return h("div", { class: "evidence" }, h("p", { class: "facts-line" }, finding.facts),
        h("ul", {}, ...why,
            finding.kind === "failed" ? h("li", {}, "tried again and again, and never answered") : null,
            finding.plain_rule ? h("li", {}, "the paper's rule takes it for control, too") : null));
}

/** When; and a sparkline of the sessions that are on the page. */
function time(view: View, finding: Finding, end: number): HTMLElement {
    const at = (iso: string) => view.clock.format(Date.parse(iso) * 1000);
    const what = [plural(finding.sessions, "session"), finding.attempts > 0 ? plural(finding.attempts, "attempt") : ""];
    return h("div", { class: "finding-time" },
        finding.channel !== null && finding.sessions > 0 ? sparkline(view, finding.channel, end) : null,
        h("span", { class: "quiet" }, `${what.filter(Boolean).join(", ")}, ${at(finding.first)} to ${at(finding.last)} ` +
            view.clock.name(Date.parse(finding.first) * 1000)));
}

function links(view: View, finding: Finding): HTMLElement {
    const { channel } = finding, kind = view.report.kindOfFinding(finding);
    const show = (target: string) => () => {
        view.select({ channel, host: null, region: null, span: null });
        byId(target).scrollIntoView();
    };
    return h("p", { class: "finding-links" },
        h("span", {}, kind === "failed" ? null : icon(kind), ` ${kindLabel(kind)}`),
        finding.techniques.length === 0 ? null : h("span", { class: "quiet" }, "ATT&CK",
            ...finding.techniques.flatMap(id => [" ", h("span", { class: "technique" }, id)])),
        ...(channel === null || finding.sessions === 0 ? [] : [
            button("Its sessions", show("sessions"), { class: "link" }),
            button("in the pictures", show("pictures"), { class: "link" }),
            button("on the timeline", show("timeline"), { class: "link" })]),
        finding.allowed ? h("span", { class: "quiet" }, "on the allow list") : null);
}

function card(view: View, finding: Finding, end: number): HTMLElement {
    return h("li", { class: `finding severity-${finding.severity}`, value: finding.rank },
        h("div", { class: "finding-head" },
            h("span", { class: "severity" }, finding.severity),
            h("h3", {}, `${finding.inside_h} → ${service(finding)}`),
            finding.names.length > 0 ? h("span", { class: "names" }, finding.names.join(", ")) : null,
            finding.score === null ? null
                : h("span", { class: "score" }, h("b", {}, formatPercent(finding.score)), " likely control")),
        evidence(finding), time(view, finding, end), links(view, finding));
}

export function addFindings(view: View): void {
    const { report } = view, { findings } = report;
    const filters: Filters = { host: "", severity: "", kind: "", text: "", showAllowed: report.page.show_allowed };
    const allowed = findings.filter(finding => finding.allowed).length;
    let page = 0, end = 1;
    for (const start of report.sessions.start)
        end = Math.max(end, start + 1);

    const previous = button("‹", () => { page--; draw(); }, { "aria-label": "Previous findings" });
    const next = button("›", () => { page++; draw(); }, { "aria-label": "Next findings" });
    const status = h("span");
    const draw = () => {
        const listed = findings.filter(finding => matches(view, finding, filters));
        const from = page * PAGE, shown = listed.slice(from, from + PAGE);
        byId("findings-list").replaceChildren(...shown.map(finding => card(view, finding, end)));
        byId("findings-count").textContent = findings.length === 0
            ? "Nothing here stands out. In ordinary traffic that is no all-clear."
            : `${formatCount(listed.length)} of ${plural(findings.length, "finding")}` +
                (allowed > 0 && !filters.showAllowed ? `; ${formatCount(allowed)} on the allow list hidden` : "");
        byId("findings-pager").hidden = listed.length <= PAGE;
        previous.disabled = page === 0;
        next.disabled = from + PAGE >= listed.length;
        status.textContent = `${formatCount(from + 1)}–${formatCount(from + shown.length)} of ${formatCount(listed.length)}`;
    };
    const refine = (part: Partial<Filters>) => { Object.assign(filters, part); page = 0; draw(); };
    const choices = (all: string, values: string[], label = (value: string) => value) =>
        [{ value: "", label: all }, ...[...new Set(values)].map(value => ({ value, label: label(value) }))];
    byId("findings-filters").hidden = findings.length === 0;
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
    view.on(["zone"], draw);
    draw();
}
