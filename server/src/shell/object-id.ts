/** Whether a text has the form of an id that we give out: `pay_01K9…`. */
export const isId = (text: string): boolean => /^[a-z]{2,8}_[0-9A-Za-z]{1,64}$/.test(text)
