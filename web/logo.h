/* A cat's whiskers and nose, in 46 by 26. */
#ifndef VIBRISSE_LOGO_H
#define VIBRISSE_LOGO_H

#define LOGO_WHISKERS                                                                              \
    "M17 11.5C12 8.5 7 6 1.5 5.5M16.5 13.5C11 12.8 6 13 1 14.5M17 15.5C13 17.5 8.5 20 5.5 23.5"    \
    "M29 11.5C34 8.5 39 6 44.5 5.5M29.5 13.5C35 12.8 40 13 45 14.5M29 15.5C33 17.5 37.5 20 40.5 "  \
    "23.5"
#define LOGO_NOSE "M20.6 11.2h4.8L23 14.4z"

#endif
