/** The version of the official command plugin that the stand-in stands in for. */
export const COMMAND_VERSION = '1.2.1';
