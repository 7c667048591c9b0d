/* fact_comment.h - the comment that carries what pcapng has no field for. The grammar is in ipfunnel_file.h.
 * Each function appends one opt_comment, or nothing when there is nothing to say. */
#ifndef IPFUNNEL_CORE_FILE_FACT_COMMENT_H
#define IPFUNNEL_CORE_FILE_FACT_COMMENT_H
#include "file_format.h"

void ipfunnel__comment_datagram(struct ipfunnel__block *, const struct ipfunnel__file_port *,
                                const ipfunnel_datagram *);
void ipfunnel__comment_interface(struct ipfunnel__block *, const struct ipfunnel__file_port *,
                                 const ipfunnel_writer_interface *);
void ipfunnel__comment_statistics(struct ipfunnel__block *, const ipfunnel_statistics *);

#endif
