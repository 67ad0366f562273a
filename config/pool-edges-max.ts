/**
 * So many edges a pool may have: a watchdog's report has a letter for each, beside the rest of a comment of at most 100
 * characters, which is what Cloudflare takes on its smallest plan.
 */
export const poolEdgesMax = 30;
