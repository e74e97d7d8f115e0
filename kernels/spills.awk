# spills.awk SOURCE LOG: 'kernel architecture registers spilled-bytes' of each kernel from what ptxas -v printed; fails if
# one spills and the source has no line '// allow-spill: kernel, reason'.
FNR == NR {
  if ($0 ~ /^\/\/ allow-spill: /) {
    sub(/,$/, "", $3)
    allowed[$3] = 1
  }
  next
}
/Compiling entry function/ {
  split($0, part, "'")
  kernel = part[2]
  arch = part[4]
}
/bytes spill stores/ { spilled = $5 + $9 }
/Used [0-9]+ registers/ {
  for (i = 1; i < NF; i++) if ($i == "Used") registers = $(i + 1)
  print kernel, arch, registers, spilled
  if (spilled > 0 && !(kernel in allowed)) {
    printf "%s: %s spills %d bytes of registers on %s; allow it by a line '// allow-spill: %s, reason'\n", ARGV[1], kernel,
           spilled, arch, kernel > "/dev/stderr"
    failed = 1
  }
}
END { exit failed }
