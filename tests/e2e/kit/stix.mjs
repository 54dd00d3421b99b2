// Reads STIX bundles, one per line of standard input, with @security-alliance/stix (the folder of its 2.1 is the
// argument), and prints the id that it makes of each observable that the specification has an id for: old and new.
import { createInterface } from "node:readline";

const { generateDeterministicId } = await import(`${process.argv[2]}/index.js`);
// The properties that contribute to the id (STIX 2.1, section 6).
const contributing = {
    "ipv4-addr": ["value"],
    "ipv6-addr": ["value"],
    "domain-name": ["value"],
    "network-traffic": ["start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"],
};

for await (const line of createInterface({ input: process.stdin })) {
    for (const object of JSON.parse(line).objects) {
        const names = contributing[object.type]?.filter((name) => name in object);
        if (names) {
            const parts = Object.fromEntries(names.map((name) => [name, object[name]]));
            console.log(object.id, generateDeterministicId(object.type, parts));
        }
    }
}
