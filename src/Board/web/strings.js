// Every text of the board, in the person's language.
import * as format from "./format.js";
import { textsOf } from "./language.js";

export const strings = textsOf(format);
