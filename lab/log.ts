/** Takes one line for the person in front of the screen: what the lab is doing, or has done and how long it took. */
export type Log = (line: string) => void;
