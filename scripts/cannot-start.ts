/** Something that the person who starts it can mend: said in one line. */
export class CannotStart extends Error {}
