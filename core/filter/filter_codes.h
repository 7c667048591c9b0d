/* filter_codes.h - the numbers of classic BPF, by their usual names. For the files of this folder only: the headers of
 * the systems have the same names. */
#ifndef IPFUNNEL_CORE_FILTER_CODES_H
#define IPFUNNEL_CORE_FILTER_CODES_H
#include <stdint.h>

/* The registers A and X and the memory begin as 0. */
enum { BPF_MEMORY_WORDS = 16 };

/* A code is a class and, by class, size and mode; operation and operand; or what it returns. */
enum {
    BPF_LD = 0x00, BPF_LDX = 0x01, BPF_ST = 0x02, BPF_STX = 0x03, BPF_ALU = 0x04, BPF_JMP = 0x05, BPF_RET = 0x06,
    BPF_MISC = 0x07,
    BPF_W = 0x00, BPF_H = 0x08, BPF_B = 0x10,
    BPF_IMM = 0x00, BPF_ABS = 0x20, BPF_IND = 0x40, BPF_MEM = 0x60, BPF_LEN = 0x80, BPF_MSH = 0xa0,
    BPF_ADD = 0x00, BPF_SUB = 0x10, BPF_MUL = 0x20, BPF_DIV = 0x30, BPF_OR = 0x40, BPF_AND = 0x50, BPF_LSH = 0x60,
    BPF_RSH = 0x70, BPF_NEG = 0x80, BPF_MOD = 0x90, BPF_XOR = 0xa0,
    BPF_JA = 0x00, BPF_JEQ = 0x10, BPF_JGT = 0x20, BPF_JGE = 0x30, BPF_JSET = 0x40,
    BPF_K = 0x00, BPF_X = 0x08,
    BPF_A = 0x10,
    BPF_TAX = 0x00, BPF_TXA = 0x80
};

/* Loads from here on ask for no byte but for a fact (Linux: SKF_AD_OFF, linux/filter.h). Those we can answer, and the
 * EtherType, which only the kernel is asked for: */
enum { BPF_FACT_PACKET_TYPE = 4, BPF_FACT_INTERFACE = 8, BPF_FACT_PROTOCOL = 0 };
#define BPF_FACTS UINT32_C(0xfffff000)

#endif
