/** How one flow counts that several interfaces have seen: as the one that saw most of it, as all together, as the one that saw it first. */
export const INTERFACE_MERGE_RULES = ['max', 'sum', 'first'] as const
export type InterfaceMergeRule = (typeof INTERFACE_MERGE_RULES)[number]
