/* The name that our robot goes by in HTTP requests (User-Agent, RFC 9110 section 10.1.5). Pure. */
#ifndef VIBRISSE_ROBOT_H
#define VIBRISSE_ROBOT_H

enum { ROBOT_NAME_SIZE = 256 };

/* "vibrisse/1.0 (+https://exemple.example/robot)"; `url` NULL = no page tells of it. Longer ones are cut. */
void robot_name(const char *url, char ret[ROBOT_NAME_SIZE]);

#endif
