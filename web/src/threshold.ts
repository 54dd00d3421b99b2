// The threshold that can be moved, and what it changes: sessions by verdict, of all there are.
import { byId, h } from "./dom";
import { formatCount, formatNumber, plural } from "./format";
import { icon, labelOf, lookOf } from "./look";
import { View } from "./view";

function signed(n: number): string {
    return n === 0 ? "" : `${n > 0 ? "+" : "−"}${formatCount(Math.abs(n))}`;
}

export function addThreshold(view: View): void {
    const { report } = view, before = report.countsAt(report.scan.threshold);
    const slider = byId<HTMLInputElement>("threshold"), number = byId<HTMLInputElement>("threshold-number");
    const reset = byId<HTMLButtonElement>("threshold-reset"), body = h("tbody");
    const move = (value: number) => {
        if (!Number.isFinite(value) || value < 0)
            return;
        view.threshold = value === report.scan.threshold ? value : Math.floor(value);
        view.tell("threshold");
    };
    slider.addEventListener("input", () => move(Number(slider.value)));
    number.addEventListener("change", () => move(Number(number.value)));
    reset.textContent = `As scanned (${formatNumber(report.scan.threshold)})`;
    reset.addEventListener("click", () => move(report.scan.threshold));
    byId("verdict-counts").append(h("thead", {}, h("tr", {},
        h("th", { scope: "col" }, "Verdict"), h("th", { scope: "col", class: "number" }, "Sessions"),
        h("th", { scope: "col", class: "number" }, "Change"))), body);
    const cells = report.kinds.map((kind, i) => {
        const box = h("input", { type: "checkbox", checked: true, "data-kind": kind });
        box.addEventListener("change", () => {
            if (box.checked)
                view.hiddenKinds.delete(i);
            else
                view.hiddenKinds.add(i);
            view.tell("selection");
        });
        const count = h("td", { class: "number" }), change = h("td", { class: "number change" });
        body.append(h("tr", { "data-kind": kind },
            h("th", { scope: "row" }, h("label", { title: lookOf(kind).words }, box, icon(kind), ` ${labelOf(kind)}`)),
            count, change));
        return { box, count, change };
    });

    const show = () => {
        const now = report.countsAt(view.threshold), moved = now.short - before.short;
        cells.forEach(({ box, count, change }, i) => {
            box.checked = !view.hiddenKinds.has(i);
            count.textContent = formatCount(now.byKind[i]);
            change.textContent = signed(now.byKind[i] - before.byKind[i]);
        });
        slider.value = number.value = String(view.threshold);
        slider.setAttribute("aria-valuetext", `${view.threshold} bytes`);
        reset.disabled = view.threshold === report.scan.threshold;
        byId("threshold-words").textContent =
            `At ${formatNumber(view.threshold)} bytes ${plural(now.short, "session is", "sessions are")} short and ` +
            `${formatCount(before.byKind.reduce((a, b) => a + b) - now.short)} long` +
            (moved === 0 ? "." : `: ${formatCount(Math.abs(moved))} changed side. ` +
                "Findings and channels stay as they were scanned.");
    };
    view.on(["threshold", "selection"], show);
    show();
}
