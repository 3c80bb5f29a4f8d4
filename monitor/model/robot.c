#include "robot.h"

#include "text.h"

void robot_name(const char *url, char ret[ROBOT_NAME_SIZE])
{
    if (url)
        text_format(ret, ROBOT_NAME_SIZE, "vibrisse/" VIBRISSE_VERSION " (+%s)", url);
    else
        text_copy(ret, ROBOT_NAME_SIZE, "vibrisse/" VIBRISSE_VERSION);
}
