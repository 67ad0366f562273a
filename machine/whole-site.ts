/** Why the only machine of a site can't be taken out, with what to do. */
export const wholeSite =
  'it is the whole site: while it is out, nobody is served here, and no other manager is there to see to it. Where other sites ' +
  'serve the same names, take the address of this one out of DNS first, and do it over SSH; see docs/sites.md. Or give the site ' +
  'two more machines.';
