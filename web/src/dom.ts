// Elements. Text goes in as text nodes only: everything from the capture is hostile.

type Child = Node | string | null | undefined;
type Attributes = Record<string, string | number | boolean | undefined>;

/** An element with attributes (false and undefined leave one out) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
    tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes))
        if (value !== undefined && value !== false)
            element.setAttribute(name, value === true ? "" : String(value));
    element.append(...children.filter((child): child is Node | string => child != null));
    return element;
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
    const element = document.getElementById(id);
    if (element === null)
        throw new Error(`the page has no #${id}`);
    return element as T;
}

export function button(label: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
    const element = h("button", { type: "button", ...attributes }, label);
    element.addEventListener("click", onClick);
    return element;
}

export interface Choice { value: string; label: string; }

/** A labelled select; `onChange` gets the value. */
export function select(label: string, choices: Choice[], onChange: (value: string) => void): HTMLLabelElement {
    const element = h("select", {}, ...choices.map(c => h("option", { value: c.value }, c.label)));
    element.addEventListener("change", () => onChange(element.value));
    return h("label", {}, `${label} `, element);
}

/** A labelled search field; `onInput` gets the text once typing pauses. */
export function search(label: string, onInput: (text: string) => void): HTMLLabelElement {
    const input = h("input", { type: "search", autocomplete: "off", spellcheck: "false" });
    let timer = 0;
    input.addEventListener("input", () => {
        window.clearTimeout(timer);
        timer = window.setTimeout(() => onInput(input.value.trim().toLowerCase()), 150);
    });
    return h("label", { class: "search" }, `${label} `, input);
}

/** A button that copies a text, which is made when it is wanted; and where it says so. */
export function copyButton(label: string, text: () => string, words = "Copy", look = "copy"): HTMLElement[] {
    const status = h("span", { role: "status", class: "quiet" });
    const copy = async () => {
        try {
            await navigator.clipboard.writeText(text());
            status.textContent = "copied";
        } catch {
            status.textContent = "the browser does not let this page copy";
        }
        window.setTimeout(() => { status.textContent = ""; }, 4000);
    };
    return [button(words, () => void copy(), { class: look, "aria-label": label }), status];
}

/** Lets the browser save a file. */
export function download(name: string, content: Blob): void {
    const link = h("a", { href: URL.createObjectURL(content), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
