/*
 * A library under the name of an older one, whose functions jump into a newer one: JCuda's natives were linked against
 * libcublas.so.12 and libcudnn.so.8, and a machine may have only libcublas.so.13 and libcudnn.so.9.
 *
 * Every function is a jump through its slot. At first the slot leads to a call of ciss_forward_resolve (forwarder.c), which
 * looks the function up in the newer library; the slot then holds that address. Arguments pass untouched: the registers
 * that carry them are saved around the look-up, and those on the stack stay where they are.
 *
 * FUNCTIONS is a file of lines 'forward NAME', made by the Makefile from what the natives ask for. x86-64, System V.
 */
    .altmacro
    .set index, 0

.macro forward name
    forward_at \name, %index
    .set index, index + 1
.endm

.macro forward_at name, i
    .text
    .globl \name
    .type \name, @function
\name:
    jmp *slot\i(%rip)
    .size \name, . - \name
resolve\i:
    pushq $\i
    jmp resolve
    .section .data.rel.local, "aw", @progbits
slot\i:
    .quad resolve\i
    .section .rodata.names, "a", @progbits
name\i:
    .asciz "\name"
    .section .data.rel.ro.local, "aw", @progbits
    .quad name\i
.endm

    .section .data.rel.local, "aw", @progbits
    .balign 8
    .globl ciss_forward_slots
    .hidden ciss_forward_slots
ciss_forward_slots:
    .section .data.rel.ro.local, "aw", @progbits
    .balign 8
    .globl ciss_forward_names
    .hidden ciss_forward_names
ciss_forward_names:

/* On the stack: the index, the caller's return address. At the call below it is aligned to 16 bytes. */
    .text
    .type resolve, @function
resolve:
    push %rax
    push %r10
    push %rdi
    push %rsi
    push %rdx
    push %rcx
    push %r8
    push %r9
    sub $128, %rsp
    movups %xmm0, (%rsp)
    movups %xmm1, 16(%rsp)
    movups %xmm2, 32(%rsp)
    movups %xmm3, 48(%rsp)
    movups %xmm4, 64(%rsp)
    movups %xmm5, 80(%rsp)
    movups %xmm6, 96(%rsp)
    movups %xmm7, 112(%rsp)
    mov 192(%rsp), %rdi
    call ciss_forward_resolve
    mov %rax, %r11
    movups (%rsp), %xmm0
    movups 16(%rsp), %xmm1
    movups 32(%rsp), %xmm2
    movups 48(%rsp), %xmm3
    movups 64(%rsp), %xmm4
    movups 80(%rsp), %xmm5
    movups 96(%rsp), %xmm6
    movups 112(%rsp), %xmm7
    add $128, %rsp
    pop %r9
    pop %r8
    pop %rcx
    pop %rdx
    pop %rsi
    pop %rdi
    pop %r10
    pop %rax
    add $8, %rsp
    jmp *%r11
    .size resolve, . - resolve

    .include FUNCTIONS

    .section .note.GNU-stack, "", @progbits
