/* What the two carriers of the packet engine share, and nobody else uses. */
#ifndef VIBRISSE_PACKET_INSIDE_H
#define VIBRISSE_PACKET_INSIDE_H

#include "packet.h"

const struct packet_protocol *packet_protocol_of(const struct packet_run *packet);
double packet_ms_between(struct mono from, struct mono to);

/* Over TCP, or TLS where that is the protocol's carrier, in what is left of the time. Leads to one probe_done(), never
 * from inside. */
void packet_call(struct packet_run *packet);

#endif
