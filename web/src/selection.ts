// The bar that says what is selected, and lets go of it.
import { button, byId, h } from "./dom";
import { formatCount } from "./format";
import { labelOf } from "./look";
import { View } from "./view";

export function channelWords(view: View, channel: number): string {
    const { report } = view;
    return `${report.hostAddress(report.channels.host[channel])} → ${report.serviceOf(channel)}`;
}

function parts(view: View): [string, () => void][] {
    const { report, region, channel, host, span } = view, list: [string, () => void][] = [];
    if (region)
        list.push([region.words, () => view.select({ region: null })]);
    if (channel !== null)
        list.push([channelWords(view, channel), () => view.select({ channel: null })]);
    if (host !== null)
        list.push([`host ${report.hostAddress(host)}`, () => view.select({ host: null })]);
    if (span)
        list.push([`${view.clock.format(view.time(span.from))} to ${view.clock.format(view.time(span.to))}`,
            () => view.select({ span: null })]);
    if (view.hiddenKinds.size > 0)
        list.push([`without ${[...view.hiddenKinds].map(k => labelOf(report.kinds[k])).join(", ")}`, () => {
            view.hiddenKinds.clear();
            view.tell("selection");
        }]);
    return list;
}

export function addSelection(view: View): void {
    const bar = byId("selection"), count = h("strong", { role: "status" }), chips = h("span", { class: "chips" });
    bar.append(count, chips, button("Clear all", () => view.clear()));
    const show = () => {
        bar.hidden = !view.isSelecting;
        if (bar.hidden)
            return;
        count.textContent = `${formatCount(view.selected().length)} of ${formatCount(view.report.sessions.size)} sessions`;
        chips.replaceChildren(...parts(view).map(([words, drop]) =>
            button(`${words} ×`, drop, { class: "chip", "aria-label": `Let go of: ${words}` })));
    };
    view.on(["selection", "threshold", "zone"], show);
    show();
}
