/* How it is measured, by the configuration in force, as the pages tell it. */
#ifndef VIBRISSE_PRACTICE_H
#define VIBRISSE_PRACTICE_H

#include "config.h"
#include "page.h"
#include "robot.h"

/* *ret borrows both. */
void practice_of(const struct config *config, char user_agent[ROBOT_NAME_SIZE],
                 struct practice *ret);

#endif
