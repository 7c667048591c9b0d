/* joined_handle.h - one descriptor that poll finds readable while one of two is: epoll on Linux, kqueue elsewhere. */
#ifndef IPFUNNEL_SAVEFILE_JOINED_HANDLE_H
#define IPFUNNEL_SAVEFILE_JOINED_HANDLE_H

/* The descriptor, to be closed with close(); or -1 and errno, EPERM when one of them is never waited for. */
int ipfunnel__joined_handle(int first, int second);

#endif
