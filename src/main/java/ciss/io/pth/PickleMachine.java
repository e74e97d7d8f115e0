package ciss.io.pth;

import ciss.error.CheckpointException;
import ciss.io.pth.PickleValue.Bool;
import ciss.io.pth.PickleValue.Bytes;
import ciss.io.pth.PickleValue.Int;
import ciss.io.pth.PickleValue.Null;
import ciss.io.pth.PickleValue.Real;
import ciss.io.pth.PickleValue.Text;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Python's pickle format as a stack machine, reduced to what weight files use. Nothing is looked up by name in this
 * program and nothing is run: a name is compared with the list of {@link Constructors}.
 *
 * <p>On the stack lie the scalars of {@link PickleValue}, {@code ArrayList} for a list, {@code LinkedHashMap} for a
 * dictionary, {@link Tuple}, {@link PickleValue.Tensor}, and what only constructors take: {@link Constructors.Global}, {@link
 * Storage}, {@link NumpyType}. Lists may contain themselves here; {@link PickleTree} refuses that.
 *
 * <p>Memory: one object of bounded size per instruction, plus the bytes of texts, which the file has too.
 */
final class PickleMachine {
  /** A trainer file of the largest network has 0.4 million. */
  private static final int MAX_INSTRUCTIONS = 4_000_000;

  private static final long MAX_BYTES = 256L << 20;
  private static final int HIGHEST_PROTOCOL = 5;

  /** Elements in order; unlike a list it never changes. */
  record Tuple(List<Object> elements) {}

  /** Finds a storage that a tensor refers to. */
  interface Storages {
    /**
     * @param id what PyTorch wrote: {@code ("storage", type, key, place, elements)}, older files with one more
     * @throws CheckpointException if it is not that, or the file cannot hold so many elements
     */
    Storage find(Object id);
  }

  private final ByteCursor in;
  private final Constructors constructors;
  private final Storages storages;
  private final ArrayList<Object> stack = new ArrayList<>();
  private final ArrayList<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();

  PickleMachine(ByteCursor in, Storages storages) {
    this.in = in;
    this.constructors = new Constructors(in.file());
    this.storages = storages;
  }

  /** A machine for a pickle without tensors. */
  static PickleMachine plain(ByteCursor in) {
    return new PickleMachine(
        in,
        id -> {
          throw new CheckpointException(in.file() + ": damaged: a tensor where none may be");
        });
  }

  /**
   * Reads one pickle and leaves the cursor behind it.
   *
   * @throws CheckpointException if it is damaged, too large, or asks for anything that is not on the lists
   */
  Object run() {
    long start = in.position();
    for (int n = 0; n < MAX_INSTRUCTIONS && in.position() - start < MAX_BYTES; n++) {
      long at = in.position();
      int code = in.u8();
      Opcode opcode = Opcode.of(code);
      if (opcode == null) {
        throw new CheckpointException(
            "%s: refused: pickle instruction 0x%02x at byte %d is not used by weight files; nothing was run"
                .formatted(in.file(), code, at));
      }
      if (opcode == Opcode.STOP) {
        Object result = pop();
        if (!stack.isEmpty() || !marks.isEmpty()) {
          throw damaged("the pickle ends with values left over");
        }
        return result;
      }
      step(opcode);
    }
    throw new CheckpointException(
        "%s: refused: its pickle has more than %,d instructions or %,d bytes"
            .formatted(in.file(), MAX_INSTRUCTIONS, MAX_BYTES));
  }

  private void step(Opcode opcode) {
    switch (opcode) {
      case STOP -> throw new IllegalStateException("handled by the loop");
      case PROTO -> requireKnownProtocol(in.u8());
      case FRAME -> in.i64();
      case MARK -> marks.add(stack.size());
      case NONE -> push(Null.NONE);
      case NEWTRUE -> push(new Bool(true));
      case NEWFALSE -> push(new Bool(false));
      case BININT -> push(Int.of(in.i32()));
      case BININT1 -> push(Int.of(in.u8()));
      case BININT2 -> push(Int.of(in.u16()));
      case LONG1 -> push(littleEndian(in.bytes(in.u8())));
      case BINFLOAT -> push(new Real(in.f64()));
      case BINUNICODE -> push(new Text(in.text(in.u32())));
      case SHORT_BINUNICODE -> push(new Text(in.text(in.u8())));
      case BINBYTES -> push(new Bytes(in.bytes(in.u32())));
      case SHORT_BINBYTES -> push(new Bytes(in.bytes(in.u8())));
      case EMPTY_LIST -> push(new ArrayList<>(0));
      case APPEND -> append(List.of(pop()));
      case APPENDS -> append(popToMark());
      case EMPTY_TUPLE -> push(new Tuple(List.of()));
      case TUPLE -> push(new Tuple(popToMark()));
      case TUPLE1 -> push(new Tuple(popLast(1)));
      case TUPLE2 -> push(new Tuple(popLast(2)));
      case TUPLE3 -> push(new Tuple(popLast(3)));
      case EMPTY_DICT -> push(new LinkedHashMap<>());
      case SETITEM -> setItems(popLast(2));
      case SETITEMS -> setItems(popToMark());
      case BINPUT -> memo.put((long) in.u8(), top());
      case LONG_BINPUT -> memo.put(in.u32(), top());
      case MEMOIZE -> memo.put((long) memo.size(), top());
      case BINGET -> push(remembered(in.u8()));
      case LONG_BINGET -> push(remembered(in.u32()));
      case GLOBAL -> push(constructors.global(in.line(), in.line()));
      case STACK_GLOBAL -> stackGlobal(popLast(2));
      case REDUCE -> reduce(popLast(2));
      case BUILD -> constructors.build(pop(), top());
      case BINPERSID -> push(storages.find(pop()));
    }
  }

  private void requireKnownProtocol(int protocol) {
    if (protocol > HIGHEST_PROTOCOL) {
      throw damaged("pickle protocol " + protocol + " is unknown");
    }
  }

  private static Int littleEndian(byte[] bytes) {
    byte[] bigEndian = new byte[Math.max(1, bytes.length)];
    for (int i = 0; i < bytes.length; i++) {
      bigEndian[bytes.length - 1 - i] = bytes[i];
    }
    return new Int(new BigInteger(bigEndian));
  }

  private void push(Object value) {
    stack.add(value);
  }

  /** Values above the innermost mark; a pop may not reach below it. */
  private int available() {
    return stack.size() - (marks.isEmpty() ? 0 : marks.getLast());
  }

  private Object pop() {
    return popLast(1).getFirst();
  }

  private List<Object> popLast(int n) {
    if (available() < n) {
      throw damaged("a value is missing");
    }
    return cut(stack.size() - n);
  }

  private List<Object> popToMark() {
    if (marks.isEmpty()) {
      throw damaged("a mark is missing");
    }
    return cut(marks.removeLast());
  }

  private List<Object> cut(int from) {
    List<Object> tail = stack.subList(from, stack.size());
    List<Object> copy = List.copyOf(tail);
    tail.clear();
    return copy;
  }

  private Object top() {
    if (available() < 1) {
      throw damaged("a value is missing");
    }
    return stack.getLast();
  }

  private Object remembered(long index) {
    Object value = memo.get(index);
    if (value == null) {
      throw damaged("value " + index + " is referred to and was not stored");
    }
    return value;
  }

  @SuppressWarnings("unchecked")
  private void append(List<Object> values) {
    if (!(top() instanceof ArrayList<?> list)) {
      throw damaged("something is appended to what is no list");
    }
    ((ArrayList<Object>) list).addAll(values);
  }

  @SuppressWarnings("unchecked")
  private void setItems(List<Object> keysAndValues) {
    if (!(top() instanceof LinkedHashMap<?, ?> dict) || keysAndValues.size() % 2 != 0) {
      throw damaged("an entry is set in what is no dictionary");
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      ((LinkedHashMap<PickleValue, Object>) dict)
          .put(constructors.key(keysAndValues.get(i)), keysAndValues.get(i + 1));
    }
  }

  private void stackGlobal(List<Object> names) {
    if (!(names.get(0) instanceof Text module && names.get(1) instanceof Text name)) {
      throw damaged("a name that is no text");
    }
    push(constructors.global(module.value(), name.value()));
  }

  private void reduce(List<Object> call) {
    if (!(call.get(1) instanceof Tuple arguments)) {
      throw damaged("the arguments of a constructor are no tuple");
    }
    push(constructors.construct(call.get(0), arguments));
  }

  private CheckpointException damaged(String what) {
    return new CheckpointException("%s: damaged pickle before byte %d: %s".formatted(in.file(), in.position(), what));
  }
}
