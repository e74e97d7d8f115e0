package ciss.io.pth;

import ciss.error.CheckpointException;
import ciss.io.ElementType;
import ciss.io.pth.PickleValue.Bool;
import ciss.io.pth.PickleValue.Bytes;
import ciss.io.pth.PickleValue.Dict;
import ciss.io.pth.PickleValue.Int;
import ciss.io.pth.PickleValue.Null;
import ciss.io.pth.PickleValue.Real;
import ciss.io.pth.PickleValue.Sequence;
import ciss.io.pth.PickleValue.Tensor;
import ciss.io.pth.PickleValue.Text;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a tree of values as a pickle of protocol 2, with nothing in it but what PyTorch's {@code weights_only} reader
 * accepts. Each tensor becomes a storage of its own, named by its number, row by row.
 */
final class PickleWriter {
  private static final int PROTOCOL = 2;
  private static final int LONGEST_LONG1 = 255;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<StridedTensor> tensors = new ArrayList<>();

  /** The pickle of a tree. */
  byte[] pickle(PickleValue root) {
    op(Opcode.PROTO);
    out.write(PROTOCOL);
    value(root);
    op(Opcode.STOP);
    return out.toByteArray();
  }

  /** The tensors of the tree; the storage of number i holds the i-th. */
  List<StridedTensor> tensors() {
    return tensors;
  }

  private void op(Opcode opcode) {
    out.write(opcode.code());
  }

  private void value(PickleValue value) {
    switch (value) {
      case Null none -> op(Opcode.NONE);
      case Bool bool -> op(bool.value() ? Opcode.NEWTRUE : Opcode.NEWFALSE);
      case Int number -> whole(number.value());
      case Real real -> {
        op(Opcode.BINFLOAT);
        out.writeBytes(ByteBuffer.allocate(8).putDouble(real.value()).array());
      }
      case Text text -> text(text.value());
      case Bytes bytes -> {
        global("_codecs", "encode");
        text(new String(bytes.value(), StandardCharsets.ISO_8859_1));
        text("latin1");
        op(Opcode.TUPLE2);
        op(Opcode.REDUCE);
      }
      case Sequence list -> sequence(list);
      case Dict dict -> dict(dict);
      case Tensor tensor -> tensor(tensor.view());
    }
  }

  private void sequence(Sequence list) {
    if (!list.tuple()) {
      op(Opcode.EMPTY_LIST);
    }
    op(Opcode.MARK);
    list.elements().forEach(this::value);
    op(list.tuple() ? Opcode.TUPLE : Opcode.APPENDS);
  }

  private void dict(Dict dict) {
    op(Opcode.EMPTY_DICT);
    op(Opcode.MARK);
    for (Map.Entry<PickleValue, PickleValue> entry : dict.entries().entrySet()) {
      value(entry.getKey());
      value(entry.getValue());
    }
    op(Opcode.SETITEMS);
  }

  /** {@code _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)}. */
  private void tensor(StridedTensor tensor) {
    global("torch._utils", "_rebuild_tensor_v2");
    op(Opcode.MARK);
    op(Opcode.MARK);
    text("storage");
    global("torch", storageName(tensor.type()));
    text(Integer.toString(tensors.size()));
    text("cpu");
    whole(BigInteger.valueOf(tensor.elementCount()));
    op(Opcode.TUPLE);
    op(Opcode.BINPERSID);
    whole(BigInteger.ZERO);
    tuple(tensor.shape());
    tuple(StridedTensor.rowMajor(tensor.shape()));
    op(Opcode.NEWFALSE);
    global("collections", "OrderedDict");
    op(Opcode.EMPTY_TUPLE);
    op(Opcode.REDUCE);
    op(Opcode.TUPLE);
    op(Opcode.REDUCE);
    tensors.add(tensor);
  }

  private static String storageName(ElementType type) {
    return switch (type) {
      case F32 -> "FloatStorage";
      case F64 -> "DoubleStorage";
      case F16 -> "HalfStorage";
      case BF16 -> "BFloat16Storage";
      case I64 -> "LongStorage";
      case I32 -> "IntStorage";
      case I16 -> "ShortStorage";
      case I8 -> "CharStorage";
      case U8 -> "ByteStorage";
      case BOOL -> "BoolStorage";
    };
  }

  private void tuple(long[] values) {
    op(Opcode.MARK);
    for (long value : values) {
      whole(BigInteger.valueOf(value));
    }
    op(Opcode.TUPLE);
  }

  private void global(String module, String name) {
    op(Opcode.GLOBAL);
    out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    op(Opcode.BINUNICODE);
    int32(bytes.length);
    out.writeBytes(bytes);
  }

  private void whole(BigInteger value) {
    if (value.bitLength() < Integer.SIZE) {
      op(Opcode.BININT);
      int32(value.intValueExact());
      return;
    }
    byte[] bigEndian = value.toByteArray();
    if (bigEndian.length > LONGEST_LONG1) {
      throw new CheckpointException("a whole number of " + bigEndian.length + " bytes cannot be written");
    }
    op(Opcode.LONG1);
    out.write(bigEndian.length);
    for (int i = bigEndian.length - 1; i >= 0; i--) {
      out.write(bigEndian[i]);
    }
  }

  private void int32(int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }
}
