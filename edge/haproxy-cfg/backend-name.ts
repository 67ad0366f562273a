/** Name of the backend of one slot, in `haproxy.cfg` and in `show stat`. */
export function backendName(service: string, slot: string): string {
  return `${service}-${slot}`;
}
