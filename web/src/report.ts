// The report's data: what tanpa scan --json says, and hosts, channels and sessions as columns.
import { Column, Columns, inflate } from "./columns";
import { printable } from "./format";

export interface Scan {
    version: string; first: string | null; last: string | null; packets: number; skipped: Record<string, number>;
    sessions: number; attempts: number; unlisted_sessions: number; unfollowed_attempts: number;
    threshold: number; packet_length: string; retransmissions: string;
    findings: number; allowed: number; // all, on the page or not
    records: number; skipped_lines: Record<string, number>; scored_services: number; unscored_services: number;
}

export interface Input {
    path: string; format: string | null; packing: string | null; packets: number; bytes: number;
    lines: number; records: number; error: string | null;
}

export interface Propagation {
    inside_h: string; port: number; proto: string; attempts: number; refused: number; destinations: number;
    first: string; last: string;
}

/** How many sessions have a mean packet length up to what, of those with this verdict if short, and if long. */
interface Lengths { if_short: string; if_long: string; up_to: number[]; sessions: number[]; }

export interface Page {
    command: string; timezone: string; base_us: number;
    files: { path: string; role: string | null; bytes: number; sha256: string | null }[]; // inputs first
    featured_sessions: number; featured_sessions_here: number; other_sessions: number; other_sessions_here: number;
    channels: number; lengths: Lengths[]; show_allowed: boolean; techniques: Record<string, string>;
}

/** What the model that scores says of itself. */
export interface Model { sha256: string | null; training: Record<string, string>; quality: Record<string, string>; }

export type Cell = number | string | null | { count: number; of: number; rate?: number; low?: number; high?: number };

export interface Table {
    id: string; title: string; columns: { id: string; title: string }[]; notes: string[]; rows: Record<string, Cell>[];
}

/** A line of --json, and the number of its channel; null when that is not on the page. */
export interface Finding {
    rank: number; kind: string; severity: string; score: number | null; allowed: boolean; plain_rule: boolean;
    inside_h: string; server: string; port: number; proto: string; names: string[];
    sessions: number; attempts: number; first: string; last: string;
    facts: string; evidence: { feature: string; effect: number; words: string }[]; techniques: string[]; select: string;
    channel: number | null;
    attemptsAt: number | null; // of one that was never answered: its number among such
}

/** Sessions of the page, in order of their start. Times are microseconds, from `base_us` where they are points. */
export interface Sessions {
    size: number;
    start: Float64Array; duration: Column; channel: Column;
    initiator: Column; initiator_port: Column; responder: Column; responder_port: Column;
    proto: Column; direction: Column; sent: Column; received: Column; packets: Column;
    mean: Float64Array; // NaN: a flow log does not tell it
    if_short: Column; if_long: Column;
    conn_state: Column; service: Column; http_method: Column; http_status: Column; content: Column;
    name: Column; community_id: Uint8Array;
}

export interface Channels {
    size: number;
    host: Column; server: Column; port: Column; proto: Column; direction: Column;
    sessions: Column; short_sessions: Column; by_kind: Column[];
    first: Column; last: Column; sent: Column; received: Column; mean_min: Column; mean_max: Column;
    services: Column; contents: Column; methods: Column; name: Column; other_name: Column;
}

export const TCP = 6;

export class Report {
    readonly scan: Scan;
    readonly inputs: Input[];
    readonly propagation: Propagation[];
    readonly page: Page;
    readonly model: Model;
    readonly tables: Table[];
    readonly sessions: Sessions;
    readonly channels: Channels;
    readonly hosts: Column; // address of each
    readonly findings: Finding[];
    readonly attempts: Column; // of each finding with attemptsAt, over the whole time
    readonly kinds: string[];
    readonly directions: string[];
    readonly connStates: string[];
    readonly services: string[];
    readonly methods: string[];
    readonly contents: string[];
    readonly addresses: string[];
    readonly names: string[];

    constructor(lines: { type: string }[], columns: Columns) {
        const all = <T>(type: string) => lines.filter(line => line.type === type) as unknown as T[];
        this.scan = all<Scan>("scan")[0];
        this.inputs = all<Input>("input").map(input => ({ ...input, path: printable(input.path) }));
        this.propagation = all<Propagation>("propagation");
        this.page = all<Page>("page")[0];
        this.model = all<Model>("model")[0];
        this.tables = all<Table>("table").map(table => ({ ...table, rows: all<Record<string, Cell>>(table.id) }));
        this.kinds = columns.strings("kinds");
        this.directions = columns.strings("directions");
        this.connStates = columns.strings("conn_states");
        this.services = columns.strings("services");
        this.methods = columns.strings("http_methods");
        this.contents = columns.strings("contents");
        this.addresses = columns.strings("addresses");
        this.names = columns.strings("names").map(printable);
        this.sessions = readSessions(columns);
        this.channels = readChannels(columns, this.kinds);
        this.hosts = columns.numbers("hosts.address");
        this.attempts = columns.numbers("attempts.count");
        this.findings = this.readFindings(all<Finding>("finding"));
    }

    private readFindings(lines: Finding[]): Finding[] {
        const numbers = new Map<string, number>();
        for (let i = 0; lines.length > 0 && i < this.channels.size; i++)
            numbers.set(this.channelKey(i), i);
        let failed = 0;
        return lines.map(line => ({
            ...line, names: line.names.map(printable), channel: numbers.get([line.inside_h, line.server, line.port, line.proto].join()) ?? null,
            attemptsAt: line.kind === "failed" ? failed++ : null,
        }));
    }

    private channelKey(channel: number): string {
        const { host, server, port, proto } = this.channels;
        return [this.hostAddress(host[channel]), server[channel] === 0 ? "" : this.addresses[server[channel] - 1],
            port[channel], this.protoName(proto[channel])].join();
    }

    /** Sessions in all; the page may have fewer. */
    get total(): number {
        return this.page.featured_sessions + this.page.other_sessions;
    }

    get isSample(): boolean {
        return this.sessions.size < this.total;
    }

    kindAt(session: number, threshold: number): number {
        const s = this.sessions;
        return (s.mean[session] <= threshold ? s.if_short : s.if_long)[session];
    }

    /** Of all sessions, in the page or not: by verdict, and how many are short. */
    countsAt(threshold: number): { byKind: number[]; short: number } {
        const byKind = this.kinds.map(() => 0);
        let short = 0;
        for (const lengths of this.page.lengths)
            lengths.up_to.forEach((upTo, i) => {
                const isShort = upTo <= threshold;
                byKind[this.kinds.indexOf(isShort ? lengths.if_short : lengths.if_long)] += lengths.sessions[i];
                short += isShort ? lengths.sessions[i] : 0;
            });
        return { byKind, short };
    }

    /** The verdict most of a channel's sessions have; ties go to the one named first, as in tanpa. */
    kindOfChannel(channel: number): number {
        let most = 0;
        this.channels.by_kind.forEach((sessions, kind) => {
            if (sessions[channel] > this.channels.by_kind[most][channel])
                most = kind;
        });
        return most;
    }

    hostAddress(host: number): string {
        return this.addresses[this.hosts[host]];
    }

    protoName(proto: number): string {
        return proto === TCP ? "tcp" : "udp";
    }

    /** The verdict of a finding: that of most of its channel's sessions; "failed" when none got through. */
    kindOfFinding(finding: Finding): string {
        return finding.kind === "failed" || finding.channel === null ? finding.kind
            : this.kinds[this.kindOfChannel(finding.channel)];
    }

    /** "192.0.2.1:80/tcp"; of one the inside host itself has, "port 445/tcp". */
    serviceOf(channel: number): string {
        const { server, port, proto } = this.channels;
        const service = `${port[channel]}/${this.protoName(proto[channel])}`;
        return server[channel] === 0 ? `port ${service}` : `${bracket(this.addresses[server[channel] - 1])}:${service}`;
    }

    namesOf(channel: number): string[] {
        const { name, other_name } = this.channels;
        return [name[channel], other_name[channel]].filter(n => n > 0).map(n => this.names[n - 1]);
    }

    communityId(session: number): string {
        return "1:" + btoa(String.fromCharCode(...this.sessions.community_id.subarray(20 * session, 20 * session + 20)));
    }
}

export function bracket(address: string): string {
    return address.includes(":") ? `[${address}]` : address;
}

function readSessions(columns: Columns): Sessions {
    const get = (name: string) => columns.numbers(`sessions.${name}`);
    const steps = get("start"), packets = get("packets"), bytes = get("length_bytes");
    const start = new Float64Array(steps.length), mean = new Float64Array(steps.length);
    for (let i = 0, at = 0; i < steps.length; i++) {
        start[i] = at += steps[i];
        mean[i] = bytes[i] === 0 ? NaN : (bytes[i] - 1) / packets[i];
    }
    return {
        size: steps.length, start, mean, packets, duration: get("duration"), channel: get("channel"),
        initiator: get("initiator"), initiator_port: get("initiator_port"),
        responder: get("responder"), responder_port: get("responder_port"),
        proto: get("proto"), direction: get("direction"), sent: get("sent"), received: get("received"),
        if_short: get("if_short"), if_long: get("if_long"), conn_state: get("conn_state"), service: get("service"),
        http_method: get("http_method"), http_status: get("http_status"), content: get("content"), name: get("name"),
        community_id: columns.bytes("sessions.community_id"),
    };
}

function readChannels(columns: Columns, kinds: string[]): Channels {
    const get = (name: string) => columns.numbers(`channels.${name}`);
    return {
        size: get("host").length, host: get("host"), server: get("server"), port: get("port"), proto: get("proto"),
        direction: get("direction"), sessions: get("sessions"), short_sessions: get("short_sessions"),
        by_kind: kinds.map(get), first: get("first"), last: get("last"), sent: get("sent"), received: get("received"),
        mean_min: get("mean_min"), mean_max: get("mean_max"), services: get("services"), contents: get("contents"),
        methods: get("methods"), name: get("name"), other_name: get("other_name"),
    };
}

function textOf(id: string): string {
    const element = document.getElementById(id);
    const text = element?.textContent ?? "";
    element?.remove(); // megabytes that nobody needs twice
    return text;
}

export async function readReport(): Promise<Report> {
    const lines = textOf("report").split("\n").filter(line => line !== "").map(line => JSON.parse(line));
    return new Report(lines, new Columns(await inflate(textOf("columns").trim())));
}
