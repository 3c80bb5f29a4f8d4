#include "probe.h"

#include "trust.h"

void probe_done(struct probe_run *run)
{
    run->done(run);
}

void probe_good(struct probe_run *run, const struct trust_answer *tls)
{
    double total = run->result.phases.ms[PHASE_TOTAL];
    if (tls && tls->reason != REASON_ok) {
        result_set(&run->result, tls->reason, "%s", tls->detail);
        result_soften(&run->result);
    } else if (run->slow_ms && total > (double)run->slow_ms) {
        result_set(&run->result, REASON_slow, "took %.0f ms, more than %lld ms is slow", total,
                   (long long)run->slow_ms);
    } else {
        result_set(&run->result, REASON_ok, "%s", "");
    }
}

void probe_remark(struct probe_run *run, const char *remark)
{
    if (run->result.reason == REASON_ok)
        result_set(&run->result, REASON_ok, "%s", remark);
}
