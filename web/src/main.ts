// The page: reads its data, then draws its parts.
import { byId, h } from "./dom";
import { addEvaluation } from "./evaluation";
import { addFindings } from "./findings";
import { formatCount, formatDuration } from "./format";
import { addPictures } from "./pictures";
import { addNotices, addProvenance } from "./provenance";
import { readReport, Report } from "./report";
import { addSelection } from "./selection";
import { simpleTable } from "./simple-table";
import { addTables } from "./tables";
import { addThreshold } from "./threshold";
import { addTimeline } from "./timeline";
import { View } from "./view";

function addSubject(view: View): void {
    const { scan, inputs } = view.report;
    const names = inputs.map(input => input.path.split("/").pop()!);
    const title = names.length === 0 ? "Report" : names.length <= 2 ? names.join(", ") : `${names[0]} and ${names.length - 1} more`;
    byId("subject").textContent = title;
    document.title = `${title} – tanpa`;
    const show = () => {
        if (scan.first === null || scan.last === null)
            return;
        const from = Date.parse(scan.first) * 1000, to = Date.parse(scan.last) * 1000;
        byId("span").textContent = `${view.clock.format(from)} to ${view.clock.format(to)} ${view.clock.name(from)} ` +
            `(${formatDuration(to - from)})`;
    };
    view.on(["zone"], show);
    show();
}

function addFigures(report: Report): void {
    const { scan } = report, skipped = Object.values(scan.skipped).reduce((a, b) => a + b, 0);
    const figures: [string, number][] = [
        ["finding", scan.findings - scan.allowed], ["inside host", report.hosts.length],
        ["channel", report.page.channels], ["session", scan.sessions], ["attempt without payload", scan.attempts],
        ...(scan.records > 0 ? [["record of flow logs", scan.records] as [string, number]] : []),
        ...(scan.packets > 0 || scan.records === 0
            ? [["packet", scan.packets], ["packet in no session", skipped]] as [string, number][] : []),
    ];
    const worst = ["high", "medium", "low"].find(name => report.findings.some(f => f.severity === name && !f.allowed));
    byId("figures").append(...figures.map(([name, n]) => h("div", {},
        h("dt", {}, n === 1 ? name : name.replace(/^(inside )?\w+/, "$&s")), h("dd", {}, formatCount(n)))));
    byId("figures").firstElementChild!.classList.add(`severity-${worst ?? "none"}`);
}

/** UTC, the zone of --timezone and the reader's own come first. */
function addZones(view: View): void {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone, asked = view.report.page.timezone;
    const known = Intl.supportedValuesOf("timeZone");
    const isKnown = (zone: string) => {
        try {
            return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
        } catch {
            return false;
        }
    };
    const first = [...new Set(["UTC", asked, own])].filter(isKnown);
    const option = (zone: string) => h("option", { value: zone }, zone);
    const select = byId<HTMLSelectElement>("zone");
    select.append(...first.map(option), h("optgroup", { label: "all zones" },
        ...known.filter(zone => !first.includes(zone)).map(option)));
    select.addEventListener("change", () => {
        view.clock.zone = select.value;
        view.tell("zone");
    });
}

/** Colours; paper is always light, and as wide as paper. */
function addTheme(view: View): void {
    const select = byId<HTMLSelectElement>("theme"), { dataset } = document.documentElement;
    const apply = (theme: string) => {
        dataset.theme = theme;
        view.tell("look");
    };
    const print = (isPrinting: boolean) => {
        view.isPrinting = isPrinting;
        dataset.medium = isPrinting ? "paper" : "screen";
        apply(isPrinting ? "light" : select.value);
    };
    select.addEventListener("change", () => apply(select.value));
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => view.tell("look"));
    window.addEventListener("beforeprint", () => print(true));
    window.addEventListener("afterprint", () => print(false));
}

function addPropagation(view: View): void {
    const { propagation } = view.report, root = byId("propagation"), body = h("div");
    root.hidden = propagation.length === 0;
    const draw = () => body.replaceChildren(simpleTable("What an inside host could not get payload from, port by port",
        [{ title: "Inside host" }, { title: "Port" }, { title: "Attempts", isNumber: true },
            { title: "Destinations", isNumber: true }, { title: "Refused", isNumber: true }, { title: "First" }, { title: "Last" }],
        propagation.map(p => [p.inside_h, `${p.port}/${p.proto}`, formatCount(p.attempts), formatCount(p.destinations),
            formatCount(p.refused), view.clock.format(Date.parse(p.first) * 1000),
            view.clock.format(Date.parse(p.last) * 1000)])));
    root.append(body);
    view.on(["zone"], draw);
    draw();
}

function addNavigation(): void {
    const sections = [...document.querySelectorAll<HTMLElement>("main > section:not([hidden])")];
    byId("nav").append(...sections.map(section =>
        h("a", { href: `#${section.id}` }, section.querySelector("h2")!.textContent!)));
}

async function main(): Promise<void> {
    const report = await readReport(), view = new View(report);
    addTheme(view);
    addSubject(view);
    addFigures(report);
    addNotices(view);
    addZones(view);
    addFindings(view);
    addThreshold(view);
    addPictures(view);
    addSelection(view);
    addTimeline(view);
    addTables(view);
    addPropagation(view);
    addEvaluation(view);
    addProvenance(view);
    addNavigation();
    document.documentElement.dataset.ready = "yes";
    performance.mark("tanpa-ready");
}

main().catch((error: unknown) => {
    byId("notices").append(h("p", { class: "notice" }, `This page cannot be shown: ${String(error)}`));
    throw error;
});
