/** HAProxy's answer must fit into one of its buffers (tune.bufsize, 16 KiB by default); half of one is left for headers. */
export const PAGE_BYTES_MAX = 8192;

/** Whether a text can be a page: not empty, not too long in UTF-8, no control characters but tabs and line ends. */
export function isPage(html: string): boolean {
  return (
    html.trim() !== '' &&
    Buffer.byteLength(html) <= PAGE_BYTES_MAX &&
    !/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(html)
  );
}
