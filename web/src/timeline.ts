// One row per channel, one bar per session, over time.
import { axisTop } from "d3-axis";
import { scaleUtc } from "d3-scale";
import { event, select } from "d3-selection";
import { zoom, zoomIdentity, ZoomTransform } from "d3-zoom";
import { button, byId, h, select as choose } from "./dom";
import { formatCount, plural } from "./format";
import { colourOf, lookOf } from "./look";
import { channelWords } from "./selection";
import { hideTip, showTip } from "./tip";
import { View } from "./view";

const ROWS = 20, LANE = 20, MOST_ZOOM = 5000, MOST_HOSTS = 200;

interface Lane { channel: number; canvas: HTMLCanvasElement; sessions: number[]; }

/** The date at midnight, and else what of the time is not a zero. */
function tickText(date: Date): string {
    const [day, time] = date.toISOString().split(/[TZ]/);
    return time === "00:00:00.000" ? day : time.endsWith(":00.000") ? time.slice(0, 5)
        : time.endsWith(".000") ? time.slice(0, 8) : time.slice(0, 12);
}

/** Channels that have selected sessions: findings first, then by sessions. */
function rank(view: View): { channels: number[]; sessions: Map<number, number[]> } {
    const { report } = view, sessions = new Map<number, number[]>();
    for (const i of view.selected()) {
        const list = sessions.get(report.sessions.channel[i]);
        if (list)
            list.push(i);
        else
            sessions.set(report.sessions.channel[i], [i]);
    }
    const place = new Map(report.findings.map((finding, i) => [finding.channel, i] as [number | null, number]));
    const at = (channel: number) => place.get(channel) ?? Infinity;
    const channels = [...sessions.keys()].sort((a, b) => at(a) !== at(b) ? at(a) - at(b)
        : report.channels.sessions[b] - report.channels.sessions[a] || a - b);
    return { channels, sessions };
}

export class Timeline {
    private lanes: Lane[] = [];
    private page = 0;
    private channels: number[] = [];
    private sessions = new Map<number, number[]>();
    private transform: ZoomTransform = zoomIdentity;
    private readonly list = h("ol", { class: "lanes" });
    private readonly status = h("span", { role: "status" });
    private readonly previous = button("‹", () => this.turn(-1), { "aria-label": "Previous channels" });
    private readonly next = button("›", () => this.turn(1), { "aria-label": "Next channels" });
    private readonly svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    private readonly pad = h("div", { class: "time-axis" });
    private readonly zoom = zoom<HTMLElement, unknown>();
    private readonly length: number;
    private readonly severity: Map<number | null, string>; // class of a row that is a finding

    constructor(private readonly view: View, root: HTMLElement) {
        const { sessions } = view.report;
        let end = 1;
        for (let i = 0; i < sessions.size; i++)
            end = Math.max(end, sessions.start[i] + sessions.duration[i]);
        this.length = end;
        this.severity = new Map(view.report.findings.map(({ channel, severity }) => [channel, `severity-${severity}`]));
        this.svg.setAttribute("aria-hidden", "true");
        this.pad.append(this.svg);
        const by = (factor: number) => select<HTMLElement, unknown>(this.list).call(this.zoom.scaleBy, factor);
        root.append(
            h("div", { class: "tools" },
                button("+", () => by(2), { "aria-label": "Zoom in" }), button("−", () => by(0.5), { "aria-label": "Zoom out" }),
                button("←", () => this.pan(-0.25), { "aria-label": "Earlier" }),
                button("→", () => this.pan(0.25), { "aria-label": "Later" }),
                button("All", () => select<HTMLElement, unknown>(this.list).call(this.zoom.transform, zoomIdentity),
                    { "aria-label": "Zoom out to the whole time" }),
                button("Select this time", () => this.selectSpan()), ...this.hostChoice(),
                h("span", { class: "quiet pointer-only" }, "Drag to move; Ctrl and wheel to zoom.")),
            this.pad, this.list, h("div", { class: "pager" }, this.previous, this.status, this.next));
        this.listen();
    }

    /** Which host's rows; as long as a list of them is of use. */
    private hostChoice(): HTMLElement[] {
        const { view } = this, { hosts } = view.report;
        if (hosts.length < 2 || hosts.length > MOST_HOSTS)
            return [];
        const choices = Array.from(hosts, (_, i) => ({ value: String(i), label: view.report.hostAddress(i) }));
        const label = choose("Host", [{ value: "", label: "all" }, ...choices],
            value => view.select({ host: value === "" ? null : Number(value), channel: null }));
        view.on(["selection"], () => { label.querySelector("select")!.value = view.host === null ? "" : String(view.host); });
        return [label];
    }

    private listen(): void {
        const { view, list } = this;
        this.zoom.scaleExtent([1, MOST_ZOOM])
            .filter(() => event.type === "wheel" ? event.ctrlKey || event.metaKey
                : event.type.startsWith("touch") ? event.touches.length > 1 : !event.button && !event.target.closest("button"))
            .on("zoom", () => { this.transform = event.transform; this.paint(); });
        select<HTMLElement, unknown>(list).call(this.zoom).on("dblclick.zoom", null);
        list.addEventListener("pointermove", e => this.hover(e));
        list.addEventListener("pointerleave", hideTip);
        view.on(["selection", "threshold"], () => this.follow());
        view.on(["zone"], () => this.paint());
        view.on(["look"], () => this.resize()); // paper has another width
        new ResizeObserver(() => this.resize()).observe(list);
        this.follow();
    }

    private follow(): void {
        Object.assign(this, rank(this.view));
        this.page = Math.min(this.page, Math.max(0, Math.ceil(this.channels.length / ROWS) - 1));
        this.build();
    }

    private turn(by: number): void {
        this.page += by;
        this.build();
    }

    private pan(part: number): void {
        select<HTMLElement, unknown>(this.list).call(this.zoom.translateBy, -part * this.width() / this.transform.k, 0);
    }

    private width(): number {
        return this.lanes[0]?.canvas.parentElement!.clientWidth ?? 0;
    }

    /** Without the host where there is only one. */
    private laneName(channel: number): string {
        const { report } = this.view;
        return report.hosts.length === 1 ? report.serviceOf(channel) : channelWords(this.view, channel);
    }

    private build(): void {
        const { view } = this, { report } = view, from = this.page * ROWS;
        const shown = this.channels.slice(from, from + ROWS);
        this.lanes = shown.map(channel =>
            ({ channel, canvas: h("canvas", { "aria-hidden": "true" }), sessions: this.sessions.get(channel)! }));
        this.list.replaceChildren(...this.lanes.map(({ channel, canvas, sessions }) => h("li", { class: this.severity.get(channel) },
            button(this.laneName(channel), () => view.select({ channel, host: null }), {
                class: "link lane-name", title: [channelWords(view, channel), ...report.namesOf(channel)].join("\n"),
                "aria-label": `${channelWords(view, channel)}: ${plural(sessions.length, "session")}; select`,
            }),
            h("div", { class: "lane" }, canvas))));
        const to = from + shown.length;
        this.status.textContent = shown.length === 0 ? "No sessions"
            : `${formatCount(from + 1)}–${formatCount(to)} of ${plural(this.channels.length, "channel")}`;
        this.previous.hidden = this.next.hidden = this.channels.length <= ROWS;
        this.previous.disabled = from === 0;
        this.next.disabled = to === this.channels.length;
        this.resize();
    }

    private resize(): void {
        const width = this.width();
        if (width <= 0)
            return;
        this.zoom.extent([[0, 0], [width, LANE]]).translateExtent([[0, -Infinity], [width, Infinity]]);
        this.paint();
    }

    /** Pixels of a time. */
    private x(us: number): number {
        return this.transform.applyX(us / this.length * this.width());
    }

    private time(x: number): number {
        return this.transform.invertX(x) / this.width() * this.length;
    }

    private paint(): void {
        const width = this.width();
        if (width <= 0)
            return;
        this.drawAxis(width);
        const colours = this.view.report.kinds.map(colourOf);
        for (const { canvas, sessions } of this.lanes)
            this.paintLane(canvas, sessions, width, colours);
    }

    private paintLane(canvas: HTMLCanvasElement, list: number[], width: number, colours: string[]): void {
        const { sessions, kinds } = this.view.report, ratio = window.devicePixelRatio, to = canvas.getContext("2d")!;
        Object.assign(canvas, { width: width * ratio, height: LANE * ratio });
        Object.assign(canvas.style, { width: `${width}px`, height: `${LANE}px` });
        to.setTransform(ratio, 0, 0, ratio, 0, 0);
        to.globalAlpha = Math.min(0.8, Math.max(0.15, this.transform.k * width / list.length)); // many overlap
        for (const i of list) {
            const x = this.x(sessions.start[i]), end = this.x(sessions.start[i] + sessions.duration[i]);
            if (end < 0 || x > width)
                continue;
            const kind = this.view.kindOf(i), isHigh = lookOf(kinds[kind]).shape === "disc";
            to.fillStyle = colours[kind];
            to.fillRect(x, isHigh ? 2 : 6, Math.max(end - x, 1.5), isHigh ? LANE - 4 : LANE - 12); // control is taller
        }
    }

    private drawAxis(width: number): void {
        const { view, svg } = this, zone = view.clock.offset(view.time(0)) * 1000;
        // d3 knows UTC and the reader's own zone; times are moved by the zone's distance, and shown as if UTC
        const at = (x: number) => new Date((view.time(this.time(x)) + zone) / 1000);
        const scale = scaleUtc().domain([at(0), at(width)]).range([0, width]);
        svg.setAttribute("width", String(width));
        svg.setAttribute("height", "24");
        select(svg).selectAll("*").remove();
        select(svg).append("g").attr("class", "axis").attr("transform", "translate(0,23)")
            .call(axisTop<Date>(scale).ticks(Math.max(2, Math.floor(width / 100))).tickFormat(tickText).tickSizeOuter(0));
    }

    private selectSpan(): void {
        const from = Math.max(0, this.time(0)), to = Math.min(this.length, this.time(this.width()));
        this.view.select({ span: { from, to } });
    }

    private hover(e: PointerEvent): void {
        const lane = this.lanes.find(({ canvas }) => canvas === e.target);
        if (!lane || e.buttons !== 0) {
            hideTip();
            return;
        }
        const { sessions } = this.view.report, x = e.clientX - lane.canvas.getBoundingClientRect().left;
        let best = 6, found: number | null = null;
        for (const i of lane.sessions) {
            const from = this.x(sessions.start[i]), to = this.x(sessions.start[i] + sessions.duration[i]);
            const distance = x < from ? from - x : x > to ? x - to : 0;
            if (distance <= best) {
                best = distance;
                found = i;
            }
        }
        if (found === null)
            hideTip();
        else
            showTip(this.view, found, e.clientX, e.clientY);
    }
}

export function addTimeline(view: View): void {
    new Timeline(view, byId("timeline-body"));
}
