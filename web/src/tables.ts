// Hosts, channels, sessions. Each table shows what has sessions in the selection.
import { button, byId, h } from "./dom";
import { formatBytes, formatCount, formatDuration, formatMean, isoTime } from "./format";
import { icon, labelOf } from "./look";
import { Column } from "./columns";
import { bracket, Report } from "./report";
import { DataTable, TableColumn } from "./table";
import { View } from "./view";

function verdict(kind: string): Node {
    return h("span", { class: "verdict" }, icon(kind), ` ${labelOf(kind)}`);
}

function time(view: View, get: (row: number) => number, title: string, isFine = false): TableColumn {
    return {
        title, key: get, plain: row => isoTime(view.time(get(row))),
        show: row => isFine ? view.clock.formatFine(view.time(get(row))) : view.clock.format(view.time(get(row))),
    };
}

function measure(title: string, get: (row: number) => number, format: (n: number) => string): TableColumn {
    return { title, isNumber: true, key: get, show: row => format(get(row)) };
}

function text(title: string, get: (row: number) => string): TableColumn {
    return { title, key: get, show: get };
}

function onScreen(column: TableColumn): TableColumn {
    return { ...column, isForScreen: true };
}

function has(text: string): (value: string) => boolean {
    return value => value.toLowerCase().includes(text);
}

/** Which numbers of a list of strings contain a text. */
function marked(list: string[], text: string): Uint8Array {
    return Uint8Array.from(list, value => Number(value.toLowerCase().includes(text)));
}

/** Names of the bits that are set. */
function setNames(bits: number, names: string[]): string[] {
    return names.filter((name, i) => name !== "" && bits & (1 << i));
}

/** Selected sessions of each channel, and each host. */
class Tally {
    readonly ofChannel: Uint32Array;
    readonly ofHost: Uint32Array;

    constructor(private readonly view: View) {
        this.ofChannel = new Uint32Array(view.report.channels.size);
        this.ofHost = new Uint32Array(view.report.hosts.length);
    }

    count(): void {
        const { sessions, channels } = this.view.report;
        this.ofChannel.fill(0);
        this.ofHost.fill(0);
        for (const i of this.view.selected()) {
            this.ofChannel[sessions.channel[i]]++;
            this.ofHost[channels.host[sessions.channel[i]]]++;
        }
    }

    /** Of those with selected sessions; of all when there is no selection. */
    rows(counts: Uint32Array): Uint32Array {
        const all = Uint32Array.from(counts, (_, i) => i);
        return this.view.isSelecting ? all.filter(i => counts[i] > 0) : all;
    }
}

interface HostSums { channels: Uint32Array; sessions: Float64Array; control: Float64Array; sent: Float64Array;
    received: Float64Array; first: Float64Array; last: Float64Array; }

function sumHosts(report: Report): HostSums {
    const n = report.hosts.length, { channels } = report, floats = () => new Float64Array(n);
    const sums = { channels: new Uint32Array(n), sessions: floats(), control: floats(), sent: floats(), received: floats(),
        first: floats().fill(Infinity), last: floats() };
    for (let i = 0; i < channels.size; i++) {
        const host = channels.host[i];
        sums.channels[host]++;
        sums.sessions[host] += channels.sessions[i];
        sums.control[host] += channels.by_kind[0][i];
        sums.sent[host] += channels.sent[i];
        sums.received[host] += channels.received[i];
        sums.first[host] = Math.min(sums.first[host], channels.first[i]);
        sums.last[host] = Math.max(sums.last[host], channels.last[i]);
    }
    return sums;
}

function hostTable(view: View, tally: Tally): DataTable {
    const { report } = view, sums = sumHosts(report), findings = new Uint32Array(report.hosts.length);
    for (const { channel } of report.findings)
        if (channel !== null)
            findings[report.channels.host[channel]]++;
    const of = (column: ArrayLike<number>) => (row: number) => column[row];
    return new DataTable(byId("hosts"), {
        name: "hosts", one: "host", sortedBy: "Sessions", matcher: text => row => has(text)(report.hostAddress(row)),
        columns: [
            { title: "Host", key: row => report.hostAddress(row), show: row =>
                button(report.hostAddress(row), () => view.select({ host: row, channel: null }), { class: "link" }) },
            measure("Findings", of(findings), formatCount),
            measure("Channels", of(sums.channels), formatCount),
            measure("Sessions", of(sums.sessions), formatCount),
            { ...measure("Selected", of(tally.ofHost), formatCount), isHidden: () => !view.isSelecting },
            measure("Control", of(sums.control), formatCount),
            measure("Sent", of(sums.sent), formatBytes),
            measure("Received", of(sums.received), formatBytes),
            time(view, of(sums.first), "First"),
            time(view, of(sums.last), "Last"),
        ],
    });
}

function channelTable(view: View, tally: Tally): DataTable {
    const { report } = view, c = report.channels;
    const of = (column: ArrayLike<number>) => (row: number) => column[row];
    const host = (row: number) => report.hostAddress(c.host[row]);
    const says = (row: number) => [...setNames(c.services[row], report.services), ...setNames(c.methods[row], report.methods),
        ...setNames(c.contents[row], report.contents).map(content => `received ${content}`)].join(", ");
    return new DataTable(byId("channels"), {
        name: "channels", one: "channel", sortedBy: "Sessions",
        matcher: wanted => row => [host(row), report.serviceOf(row), says(row), report.kinds[report.kindOfChannel(row)],
            labelOf(report.kinds[report.kindOfChannel(row)]), ...report.namesOf(row)].some(has(wanted)),
        columns: [
            text("Inside host", host),
            { title: "Service", key: row => report.serviceOf(row), show: row =>
                button(report.serviceOf(row), () => view.select({ channel: row, host: null }), { class: "link" }) },
            { ...text("Names", row => report.namesOf(row).join(", ")), breaks: true },
            { title: "Mostly", key: row => labelOf(report.kinds[report.kindOfChannel(row)]),
                show: row => verdict(report.kinds[report.kindOfChannel(row)]) },
            measure("Sessions", of(c.sessions), formatCount),
            onScreen(measure("Short", of(c.short_sessions), formatCount)),
            { ...measure("Selected", of(tally.ofChannel), formatCount), isHidden: () => !view.isSelecting },
            onScreen(measure("Mean length from", row => c.mean_min[row] / 1000, formatMean)),
            onScreen(measure("to", row => c.mean_max[row] / 1000, formatMean)),
            measure("Sent", of(c.sent), formatBytes),
            measure("Received", of(c.received), formatBytes),
            time(view, of(c.first), "First"),
            time(view, of(c.last), "Last"),
            onScreen(text("Seen", says)),
            onScreen(text("Direction", row => report.directions[c.direction[row]])),
        ],
    });
}

function sessionMatcher(view: View, wanted: string): (row: number) => boolean {
    const { report } = view, s = report.sessions;
    const addresses = marked(report.addresses, wanted), names = marked(report.names, wanted);
    const services = marked(report.services, wanted), methods = marked(report.methods, wanted);
    const states = marked(report.connStates, wanted), kinds = marked(report.kinds.map(labelOf), wanted);
    const port = /^\d+$/.test(wanted) ? Number(wanted) : -1, isId = wanted.startsWith("1:");
    return row => addresses[s.initiator[row]] === 1 || addresses[s.responder[row]] === 1 ||
        (s.name[row] > 0 && names[s.name[row] - 1] === 1) || kinds[view.kindOf(row)] === 1 ||
        (services[s.service[row]] === 1) || methods[s.http_method[row]] === 1 || states[s.conn_state[row]] === 1 ||
        s.initiator_port[row] === port || s.responder_port[row] === port ||
        (isId && report.communityId(row).toLowerCase().startsWith(wanted));
}

function sessionTable(view: View): DataTable {
    const { report } = view, s = report.sessions;
    const of = (column: ArrayLike<number>) => (row: number) => column[row];
    const end = (address: Column, port: Column) => (row: number) =>
        `${bracket(report.addresses[address[row]])}:${port[row]}`;
    return new DataTable(byId("sessions"), {
        name: "sessions", one: "session", matcher: wanted => sessionMatcher(view, wanted),
        columns: [
            time(view, of(s.start), "Start", true),
            { title: "Verdict", key: row => labelOf(report.kinds[view.kindOf(row)]),
                show: row => verdict(report.kinds[view.kindOf(row)]) },
            text("Initiator", end(s.initiator, s.initiator_port)),
            text("Responder", end(s.responder, s.responder_port)),
            onScreen(text("Protocol", row => report.protoName(s.proto[row]))),
            { ...text("Name", row => s.name[row] > 0 ? report.names[s.name[row] - 1] : ""), breaks: true },
            { ...measure("Duration", of(s.duration), formatDuration), plain: row => s.duration[row] / 1e6 },
            measure("Sent", of(s.sent), formatBytes),
            measure("Received", of(s.received), formatBytes),
            onScreen(measure("Packets", of(s.packets), formatCount)),
            { title: "Mean length", isNumber: true, key: row => Number.isNaN(s.mean[row]) ? -1 : s.mean[row],
                show: row => formatMean(s.mean[row]), plain: row => Number.isNaN(s.mean[row]) ? "" : s.mean[row] },
            onScreen(text("Service", row => report.services[s.service[row]])),
            onScreen(text("HTTP", row => s.http_method[row] === 0 && s.http_status[row] === 0 ? ""
                : `${report.methods[s.http_method[row]]} ${s.http_status[row] || ""}`.trim())),
            onScreen(text("Content", row => report.contents[s.content[row]])),
            onScreen(text("State", row => report.connStates[s.conn_state[row]])),
            { title: "Community ID", breaks: true, key: row => report.communityId(row),
                show: row => h("code", {}, report.communityId(row)) },
        ],
    });
}

export function addTables(view: View): void {
    const tally = new Tally(view);
    const hosts = hostTable(view, tally), channels = channelTable(view, tally), sessions = sessionTable(view);
    const follow = () => {
        tally.count();
        hosts.setRows(tally.rows(tally.ofHost));
        channels.setRows(tally.rows(tally.ofChannel));
        sessions.setRows(view.selected());
    };
    view.on(["selection"], follow);
    view.on(["threshold"], () => view.hiddenKinds.size > 0 ? follow() : sessions.draw());
    view.on(["zone"], () => { hosts.draw(); channels.draw(); sessions.draw(); });
    follow();
}
