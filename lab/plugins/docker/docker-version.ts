/** The version of the official docker plugin that the stand-in stands in for. */
export const DOCKER_VERSION = '5.2.0';
