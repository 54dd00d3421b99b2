// Where all this comes from: what was read, by which program, how, and what is not here.
import { byId, h } from "./dom";
import { formatBytes, formatCount, formatNumber, plural } from "./format";
import { simpleTable } from "./simple-table";
import { View } from "./view";

const skipWords: Record<string, string> = {
    "filtered": "left out by --filter", "link-type": "link type not understood", "not-ip": "not IP (ARP, LLDP, …)",
    "icmp": "ICMP", "ip-protocol": "other IP protocols", "truncated-link": "cut inside the link header",
    "truncated-ip": "cut inside the IP header", "truncated-transport": "cut inside the TCP or UDP header",
    "malformed-ip": "malformed IP header", "malformed-transport": "malformed TCP or UDP header",
    "malformed-tunnel": "malformed tunnel header", "too-deep": "too many headers", "fragment": "fragment without its first",
    "table-full": "no room for another live session",
};

function facts(list: [string, string | Node][]): HTMLElement {
    return h("dl", { class: "facts" }, ...list.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

export function addProvenance(view: View): void {
    const { report } = view, { scan, page, inputs } = report, root = byId("provenance"), body = h("div");
    const draw = () => {
        const time = (iso: string | null) => iso === null ? "–"
            : `${view.clock.format(Date.parse(iso) * 1000)} ${view.clock.name(Date.parse(iso) * 1000)}`;
        const skipped = Object.entries(scan.skipped).map(([reason, n]) => [skipWords[reason] ?? reason, formatCount(n)]);
        body.replaceChildren(
            facts([
                ["Made by", `tanpa ${scan.version}`],
                ["Command", h("code", {}, page.command)],
                ["From", time(scan.first)], ["To", time(scan.last)],
                ["Time zone asked for", page.timezone],
                ["Short means", `a mean packet length (${scan.packet_length}) of at most ${formatNumber(scan.threshold)} bytes; ` +
                    `repeated payload ${scan.retransmissions === "count" ? "counts" : "does not count"}`],
                ["Packets", formatCount(scan.packets)],
                ["Sessions", `${formatCount(scan.sessions)} with payload, ${formatCount(scan.attempts)} without`],
                ["On this page", report.isSample
                    ? `${formatCount(report.sessions.size)} of them one by one: ` +
                        `${formatCount(page.featured_sessions_here)} of the ${formatCount(page.featured_sessions)} sessions of findings, ` +
                        `${formatCount(page.other_sessions_here)} of the ${formatCount(page.other_sessions)} others, chosen by a hash ` +
                        "of their addresses, ports and time"
                    : "all of them"],
            ]),
            simpleTable("Files", [{ title: "File" }, { title: "Format" }, { title: "Size", isNumber: true },
                { title: "Packets", isNumber: true }, { title: "SHA-256" }, { title: "Read" }],
            inputs.map((input, i) => {
                const file = page.files[i];
                return [input.path, [input.format ?? "–", input.packing].filter(Boolean).join(", "),
                    file.sha256 ? formatBytes(file.bytes) : "–", formatCount(input.packets),
                    h("code", {}, file.sha256 ?? "–"), input.error ?? "to its end"];
            })),
            skipped.length === 0 ? h("p", {}, "Every packet is in a session.")
                : simpleTable("Packets in no session", [{ title: "Reason" }, { title: "Packets", isNumber: true }], skipped));
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
