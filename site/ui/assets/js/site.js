import "./elder.js";
import "./menu.js";
import "./listen.js";
import "./share.js";
import "./quiz.js";
import "./keep.js";
import "./reader.js";
import "./suggest.js";
