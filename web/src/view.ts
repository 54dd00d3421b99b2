// What the reader looks at: threshold, selection, zone. The parts of the page listen for changes.
import { Clock } from "./format";
import { Report } from "./report";

/** Sessions inside a rectangle of a picture. */
export interface Region { picture: string; words: string; contains(session: number): boolean; }

export interface Span { from: number; to: number; } // microseconds from the report's base

type Event = "threshold" | "selection" | "zone" | "look";

export class View {
    readonly clock: Clock;
    threshold: number;
    isPrinting = false;
    region: Region | null = null;
    channel: number | null = null;
    host: number | null = null;
    span: Span | null = null;
    readonly hiddenKinds = new Set<number>();
    private chosen: Uint32Array | null = null;
    private readonly listeners: [Event, () => void][] = [];

    constructor(readonly report: Report) {
        this.threshold = report.scan.threshold;
        this.clock = new Clock("UTC");
    }

    on(events: Event[], listener: () => void): void {
        for (const event of events)
            this.listeners.push([event, listener]);
    }

    tell(event: Event): void {
        if (event !== "zone" && event !== "look")
            this.chosen = null;
        for (const [wanted, listener] of this.listeners)
            if (wanted === event)
                listener();
    }

    select(part: Partial<Pick<View, "region" | "channel" | "host" | "span">>): void {
        Object.assign(this, part);
        this.tell("selection");
    }

    clear(): void {
        this.hiddenKinds.clear();
        this.select({ region: null, channel: null, host: null, span: null });
    }

    get isSelecting(): boolean {
        return this.isNarrowed() || this.hiddenKinds.size > 0;
    }

    /** Whether anything but verdicts limits the selection, other than a region of `picture`. */
    isNarrowed(picture = ""): boolean {
        return this.channel !== null || this.host !== null || this.span !== null ||
            (this.region !== null && this.region.picture !== picture);
    }

    kindOf(session: number): number {
        return this.report.kindAt(session, this.threshold);
    }

    isVisible(session: number): boolean {
        return this.hiddenKinds.size === 0 || !this.hiddenKinds.has(this.kindOf(session));
    }

    /** Whether a session is in the selection, verdicts aside; a region of `picture` does not count. */
    isIn(session: number, picture = ""): boolean {
        const { sessions, channels } = this.report;
        const channel = sessions.channel[session], start = sessions.start[session];
        return (this.channel === null || channel === this.channel) &&
            (this.host === null || channels.host[channel] === this.host) &&
            (this.span === null || (start <= this.span.to && start + sessions.duration[session] >= this.span.from)) &&
            (this.region === null || this.region.picture === picture || this.region.contains(session));
    }

    /** The sessions of the page that are selected, in order of their start. */
    selected(): Uint32Array {
        if (this.chosen === null) {
            const all = new Uint32Array(this.report.sessions.size);
            let n = 0;
            for (let i = 0; i < all.length; i++)
                if (!this.isSelecting || (this.isVisible(i) && this.isIn(i)))
                    all[n++] = i;
            this.chosen = all.subarray(0, n);
        }
        return this.chosen;
    }

    /** Microseconds since the epoch. */
    time(offset: number): number {
        return this.report.page.base_us + offset;
    }
}
