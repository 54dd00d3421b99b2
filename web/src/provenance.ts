// Where all this comes from: what was read, by which program, how, and what is not here.
import { byId, h } from "./dom";
import { formatBytes, formatCount, formatNumber, plural, printable } from "./format";
import { Report } from "./report";
import { simpleTable } from "./simple-table";
import { View } from "./view";

const skipWords: Record<string, string> = {
    "filtered": "left out by --filter", "link-type": "link type not understood", "not-ip": "not IP (ARP, LLDP, …)",
    "icmp": "ICMP", "ip-protocol": "other IP protocols", "truncated-link": "cut inside the link header",
    "truncated-ip": "cut inside the IP header", "truncated-transport": "cut inside the TCP or UDP header",
    "malformed-ip": "malformed IP header", "malformed-transport": "malformed TCP or UDP header",
    "malformed-tunnel": "malformed tunnel header", "too-deep": "too many headers", "fragment": "fragment without its first",
    "table-full": "no room for another live session",
    "protocol": "not of TCP or UDP", "event": "of another kind than a flow", "fault": "that could not be read",
};

function facts(list: [string, string | Node][]): HTMLElement {
    return h("dl", { class: "facts" }, ...list.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

const modelWords: Record<string, string> = {
    captures: "captures", services: "services with payload", control: "of these, labelled control", groups: "groups",
    split: "judged by", "benign-days": "days of benign traffic",
    "auc-c2-against-download": "area under the ROC curve, control against downloads",
    "auc-c2-against-everything": "area under the ROC curve, control against everything else",
    "average-precision": "average precision", "ranked-first": "captures whose control is ranked first",
};

function modelFacts(view: View): HTMLElement {
    const { model, page } = view.report, file = page.files.find(({ role }) => role === "model");
    const rows = (values: Record<string, string>) =>
        Object.entries(values).map(([key, value]) => [modelWords[key] ?? key.replaceAll("-", " "), value] as [string, string]);
    return h("div", { class: "simple" }, h("h3", {}, `The model that scores: ${file ? printable(file.path) : "the one built in"}`),
        facts([["SHA-256", h("code", {}, model.sha256 ?? "–")], ...rows(model.training)]),
        h("h3", {}, "Its quality, on captures it was not trained on"), facts(rows(model.quality)));
}

function inputTable(view: View): HTMLElement {
    const { inputs, page } = view.report, hasLogs = inputs.some(input => input.lines > 0 || input.records > 0);
    const logTitles = hasLogs ? [{ title: "Lines", isNumber: true }, { title: "Records", isNumber: true }] : [];
    return simpleTable("Files", [{ title: "File" }, { title: "Format" }, { title: "Size", isNumber: true },
        { title: "Packets", isNumber: true }, ...logTitles, { title: "SHA-256" }, { title: "Read" }],
    inputs.map((input, i) => {
        const file = page.files[i];
        return [input.path, [input.format ?? "–", input.packing].filter(Boolean).join(", "),
            file.sha256 ? formatBytes(file.bytes) : "–", formatCount(input.packets),
            ...(hasLogs ? [formatCount(input.lines), formatCount(input.records)] : []),
            h("code", {}, file.sha256 ?? "–"), input.error ?? "to its end"];
    }));
}

/** Allow lists, logs, labels. */
function otherFiles(view: View): HTMLElement | string {
    const files = view.report.page.files.filter(({ role }) => role !== null);
    return files.length === 0 ? "" : simpleTable("Other files",
        [{ title: "File" }, { title: "What" }, { title: "Size", isNumber: true }, { title: "SHA-256" }],
        files.map(file => [printable(file.path), file.role!, formatBytes(file.bytes), h("code", {}, file.sha256 ?? "–")]));
}

function skippedTable(caption: string, unit: string, skipped: Record<string, number>): HTMLElement | string {
    const rows = Object.entries(skipped).map(([reason, n]) => [skipWords[reason] ?? reason, formatCount(n)]);
    return rows.length === 0 ? "" : simpleTable(caption, [{ title: "Reason" }, { title: unit, isNumber: true }], rows);
}

function sampleWords(report: Report): string {
    const { page } = report;
    return report.isSample
        ? `${formatCount(report.sessions.size)} of them one by one: ` +
            `${formatCount(page.featured_sessions_here)} of the ${formatCount(page.featured_sessions)} sessions of findings, ` +
            `${formatCount(page.other_sessions_here)} of the ${formatCount(page.other_sessions)} others, chosen by a hash ` +
            "of their addresses, ports and time"
        : "all of them";
}

export function addProvenance(view: View): void {
    const { report } = view, { scan, page } = report, root = byId("provenance"), body = h("div");
    const draw = () => {
        const time = (iso: string | null) => iso === null ? "–"
            : `${view.clock.format(Date.parse(iso) * 1000)} ${view.clock.name(Date.parse(iso) * 1000)}`;
        body.replaceChildren(
            facts([
                ["Made by", `tanpa ${scan.version}`],
                ["Command", h("code", {}, printable(page.command))],
                ["From", time(scan.first)], ["To", time(scan.last)],
                ["Time zone asked for", page.timezone],
                ["Short means", `a mean packet length (${scan.packet_length}) of at most ${formatNumber(scan.threshold)} bytes; ` +
                    `repeated payload ${scan.retransmissions === "count" ? "counts" : "does not count"}`],
                ["Packets", formatCount(scan.packets)],
                ...(scan.records > 0 ? [["Records of flow logs", formatCount(scan.records)] as [string, string]] : []),
                ["Sessions", `${formatCount(scan.sessions)} with payload, ${formatCount(scan.attempts)} without`],
                ["On this page", sampleWords(report)],
                ["Scored", plural(scan.scored_services, "service") + (scan.unscored_services === 0 ? "" :
                    `; not ${formatCount(scan.unscored_services)} that are not TCP, the inside hosts' own, to many at once, or without the bytes of each side`)],
            ]),
            inputTable(view),
            skippedTable("Packets in no session", "Packets", scan.skipped),
            skippedTable("Lines of flow logs that are no records", "Lines", scan.skipped_lines),
            otherFiles(view), modelFacts(view));
    };
    root.append(body);
    view.on(["zone"], draw);
    draw();
}

/** What one must know before one reads on. */
export function addNotices(view: View): void {
    const { report } = view, { scan, page, inputs } = report, say: string[] = [];
    const broken = inputs.filter(input => input.error !== null);
    if (broken.length > 0)
        say.push(`${plural(broken.length, "file")} could not be read, or not to the end: see Provenance.`);
    if (report.isSample)
        say.push(`This page has ${formatCount(report.sessions.size)} of ${formatCount(report.total)} sessions one by one: ` +
            (page.featured_sessions_here === page.featured_sessions ? "all those of findings" :
                `${formatCount(page.featured_sessions_here)} of the ${formatCount(page.featured_sessions)} of findings`) +
            " and a sample of the rest. Counts by verdict are of all sessions; the pictures, the timeline and the tables of " +
            "sessions show the sample.");
    if (report.findings.length < scan.findings)
        say.push(`The first ${formatCount(report.findings.length)} of ${formatCount(scan.findings)} findings are on this page; ` +
            "tanpa scan --json has them all.");
    if (report.channels.size < page.channels)
        say.push(`${formatCount(page.channels - report.channels.size)} of ${formatCount(page.channels)} channels are not on ` +
            "this page; hosts add up those that are.");
    if (scan.unlisted_sessions > 0)
        say.push(`${plural(scan.unlisted_sessions, "session")} of services beyond --max-channels are not here.`);
    if (scan.unfollowed_attempts > 0)
        say.push(`${plural(scan.unfollowed_attempts, "attempt")} were too many to follow; propagation may be larger.`);
    if (scan.sessions === 0)
        say.push(scan.packets === 0 ? "Nothing to judge: no packets." : "Nothing to judge: no session carried payload.");
    byId("notices").append(...say.map(words => h("p", { class: "notice" }, words)));
}
