/** The consultation page. */
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/views.css";
import "./styles/map.css";
import { setLanguage, language } from "./language";
import { startPage } from "./shell";
import { applyTheme } from "./theme";

setLanguage(language());
applyTheme();
const root = document.getElementById("page");
if (root) void startPage(root);
