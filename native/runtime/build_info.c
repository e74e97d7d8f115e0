/* What built this library: printed by 'ciss doctor', so that a report from another machine says it. */

__attribute__((visibility("default"))) const char *ciss_build_info(void) { return "gcc " __VERSION__; }
