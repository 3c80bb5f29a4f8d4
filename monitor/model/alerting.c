#include "alerting.h"

const char *const alerting_subject_words[] = {"down",     "degraded", "certificate",
                                              "flapping", "monitor",  NULL};
const char *const alerting_accept_words[] = {"delivered", "acknowledged", NULL};
