/** Monaco's own worker: words for completion, links and the like, off the page's thread. */
import "monaco-editor/editor/editor.worker.js";
