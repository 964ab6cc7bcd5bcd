/** Modules of node that a page has not. Whoever calls one of them finds nothing there. */
module.exports = {};
