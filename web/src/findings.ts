// Findings, ranked: who, whom, why, and when.
import { button, byId, h, search, select } from "./dom";
import { formatCount, formatNumber, plural } from "./format";
import { icon, labelOf } from "./look";
import { Finding } from "./report";
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

function sparkline(view: View, finding: Finding, end: number): SVGSVGElement {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", bars(view, finding.channel, end)
        .map((n, i) => n === 0 ? "" : `M${2 * i + 1},24v${-Math.max(2, Math.round(n * 23))}`).join(""));
    svg.setAttribute("viewBox", `0 0 ${2 * BINS} 25`);
    svg.setAttribute("class", "sparkline");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "Its sessions over the whole time");
    svg.append(path);
    return svg;
}

function matches(view: View, finding: Finding, filters: Filters): boolean {
    const { report } = view, { channel } = finding;
    const host = report.hostAddress(report.channels.host[channel]);
    const words = () => [host, report.serviceOf(channel), ...report.namesOf(channel), ...finding.evidence,
        finding.technique ?? ""].join("\n").toLowerCase();
    return (filters.showAllowed || !finding.allowed) &&
        (filters.host === "" || filters.host === host) &&
        (filters.severity === "" || filters.severity === finding.severity) &&
        (filters.kind === "" || filters.kind === finding.kind) &&
        (filters.text === "" || words().includes(filters.text));
}

export function addFindings(view: View): void {
    const { report } = view, { findings } = report;
    const filters: Filters = { host: "", severity: "", kind: "", text: "", showAllowed: false };
    const allowed = findings.filter(finding => finding.allowed).length;
    let page = 0, end = 1;
    for (const start of report.sessions.start)
        end = Math.max(end, start + 1);

    const card = (finding: Finding, rank: number) => {
        const { channel } = finding, names = report.namesOf(channel), c = report.channels;
        const show = (target: string) => () => {
            view.select({ channel, host: null, region: null, span: null });
            byId(target).scrollIntoView();
        };
        return h("li", { class: `finding severity-${finding.severity}`, value: rank + 1 },
            h("div", { class: "finding-head" },
                h("span", { class: "severity" }, finding.severity),
                h("h3", {}, report.hostAddress(c.host[channel]), " → ", report.serviceOf(channel)),
                names.length > 0 ? h("span", { class: "names" }, names.join(", ")) : null,
                finding.score === null ? null : h("span", { class: "score" }, `score ${formatNumber(finding.score)}`)),
            h("ul", { class: "evidence" }, ...finding.evidence.map(words => h("li", {}, words))),
            h("div", { class: "finding-time" }, sparkline(view, finding, end),
                h("span", { class: "quiet" }, `${plural(c.sessions[channel], "session")}, ` +
                    `${view.clock.format(view.time(c.first[channel]))} to ${view.clock.format(view.time(c.last[channel]))} ` +
                    view.clock.name(view.time(c.first[channel])))),
            h("p", { class: "finding-links" }, icon(finding.kind), ` ${labelOf(finding.kind)} `,
                finding.technique && h("span", { class: "quiet" }, `ATT&CK ${finding.technique} `),
                button("Its sessions", show("sessions"), { class: "link" }),
                button("in the pictures", show("pictures"), { class: "link" }),
                button("on the timeline", show("timeline"), { class: "link" }),
                finding.allowed ? h("span", { class: "quiet" }, " allow-listed") : null));
    };

    const previous = button("‹", () => { page--; draw(); }, { "aria-label": "Previous findings" });
    const next = button("›", () => { page++; draw(); }, { "aria-label": "Next findings" });
    const status = h("span");
    const draw = () => {
        const listed = findings.map((finding, rank) => ({ finding, rank })).filter(f => matches(view, f.finding, filters));
        const from = page * PAGE, shown = listed.slice(from, from + PAGE);
        byId("findings-list").replaceChildren(...shown.map(f => card(f.finding, f.rank)));
        byId("findings-count").textContent = findings.length === 0
            ? "Nothing here stands out. In ordinary traffic that is no all-clear."
            : `${formatCount(listed.length)} of ${plural(findings.length, "finding")}` +
                (allowed > 0 && !filters.showAllowed ? `; ${formatCount(allowed)} allow-listed and hidden` : "");
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
        select("Host", choices("all", findings.map(f => report.hostAddress(report.channels.host[f.channel]))),
            host => refine({ host })),
        select("Severity", choices("all", findings.map(f => f.severity)), severity => refine({ severity })),
        select("Verdict", choices("all", findings.map(f => f.kind), labelOf), kind => refine({ kind })));
    if (allowed > 0) {
        const box = h("input", { type: "checkbox" });
        box.addEventListener("change", () => refine({ showAllowed: box.checked }));
        byId("findings-filters").append(h("label", {}, box, " show allow-listed"));
    }
    byId("findings-pager").append(previous, status, next);
    view.on(["zone"], draw);
    draw();
}
