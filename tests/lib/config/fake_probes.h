/* Two probes for tests of the configuration: `alpha` with options of every kind, `beta` with one that is required;
 * alphas is alpha by another name. */
#ifndef VIBRISSE_FAKE_PROBES_H
#define VIBRISSE_FAKE_PROBES_H

#include "config.h"

extern const struct config_probes fake_probes;

#endif
