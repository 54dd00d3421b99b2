// What is under the pointer, in words.
import { byId, h } from "./dom";
import { formatBytes, formatDuration, formatMean, plural } from "./format";
import { icon, labelOf } from "./look";
import { bracket, Report } from "./report";
import { View } from "./view";

export function endpoints(report: Report, session: number): [string, string] {
    const s = report.sessions;
    return [
        `${bracket(report.addresses[s.initiator[session]])}:${s.initiator_port[session]}`,
        `${bracket(report.addresses[s.responder[session]])}:${s.responder_port[session]}`,
    ];
}

function describe(view: View, session: number): HTMLElement {
    const { report } = view, s = report.sessions, kind = report.kinds[view.kindOf(session)];
    const name = s.name[session] > 0 ? report.names[s.name[session] - 1] : null;
    const [from, to] = endpoints(report, session);
    return h("div", {},
        h("p", { class: "tip-title" }, icon(kind), ` ${labelOf(kind)}`),
        h("p", {}, `${from} → ${to}/${report.protoName(s.proto[session])}`),
        name && h("p", {}, name),
        h("p", {}, `${view.clock.formatFine(view.time(s.start[session]))} ${view.clock.name(view.time(0))}, ` +
            `for ${formatDuration(s.duration[session])}`),
        h("p", {}, `sent ${formatBytes(s.sent[session])}, received ${formatBytes(s.received[session])} in ` +
            `${plural(s.packets[session], "packet")}, mean length ${formatMean(s.mean[session])}`));
}

export function showTip(view: View, session: number, x: number, y: number): void {
    const tip = byId("tip");
    tip.replaceChildren(describe(view, session));
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    const left = Math.min(x + 14, document.documentElement.clientWidth - width - 8);
    const top = y + 14 + height > window.innerHeight ? y - height - 10 : y + 14;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${Math.max(8, top)}px`;
}

export function hideTip(): void {
    byId("tip").hidden = true;
}
