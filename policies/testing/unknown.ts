/** What the engine sends for a string that a preview can't know yet: `unknownStringValue` in @pulumi/policy's proxy.js. */
export const unknown = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
