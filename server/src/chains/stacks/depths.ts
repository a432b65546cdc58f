/** After how many blocks one is safe and final, itself being the first. */
export type Depths = Readonly<{ safe: number; final: number }>
