package ciss.foreign;

import ciss.error.NativeException;
import ciss.error.ResourceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * Finds the file of a native library, and unpacks it from the jar where that is its only home.
 *
 * <p>The build writes {@code natives.properties} beside the libraries: one line {@code name=size sha256} each. An unpacked
 * library lives in {@code <cache>/natives/<first 16 digits of its sha256>/<name>}, so a file that is there is the right
 * one, and a start costs one look at its size. It is written under a temporary name, checked, and renamed: processes
 * that unpack at the same time do the work twice and end with the same file.
 */
public final class NativeFiles {
  static final String PATH_PROPERTY = "ciss.native.path";
  private static final String PLATFORM = platform();
  private static final String INDEX = "natives.properties";

  private NativeFiles() {}

  /**
   * The path of a library, ready to be opened.
   *
   * @throws NativeException if it is nowhere; the message lists the places
   * @throws ResourceException if it is in the jar and no folder can take it
   */
  public static Path locate(String name) {
    String explicit = System.getProperty(PATH_PROPERTY);
    List<String> tried = new ArrayList<>();
    if (explicit != null) {
      Path file = Path.of(explicit, name).toAbsolutePath();
      if (Files.isRegularFile(file)) {
        return file;
      }
      tried.add("-D" + PATH_PROPERTY + " (no " + file + ")");
      throw absent(name, tried);
    }
    tried.add("-D" + PATH_PROPERTY + " (unset)");

    String entry = "native/" + PLATFORM + "/" + name;
    URL resource = NativeFiles.class.getResource("/" + entry);
    if (resource != null) {
      return resource.getProtocol().equals("file") ? fileOf(resource) : unpack(name, resource, CacheFolder.candidates());
    }
    tried.add("jar entry " + entry + " (absent)");

    Path built = Path.of("target", "native", "lib", name).toAbsolutePath();
    if (Files.isRegularFile(built)) {
      return built;
    }
    tried.add(built + " (absent)");
    throw absent(name, tried);
  }

  private static NativeException absent(String name, List<String> tried) {
    return new NativeException(
        "no native library " + name + " for " + PLATFORM + ". Tried: " + String.join(", ", tried)
            + ".\n  Build it on this machine with 'mvn package' (needs gcc and make), or set -D" + PATH_PROPERTY
            + " to the folder that holds it.");
  }

  private static Path fileOf(URL resource) {
    try {
      return Path.of(resource.toURI());
    } catch (URISyntaxException e) {
      throw new NativeException(resource + ": not a path of this file system", e);
    }
  }

  private static Path unpack(String name, URL resource, List<Path> caches) {
    Content content = Content.of(name);
    List<String> tried = new ArrayList<>();
    for (Path cache : caches) {
      try {
        return unpack(name, content, resource, cache);
      } catch (IOException e) {
        tried.add(cache + " (" + e + ")");
      }
    }
    throw new ResourceException(
        "cannot unpack " + name + " (" + content.size() + " bytes). Tried: " + String.join(", ", tried)
            + ".\n  Set CISS_CACHE to a folder that can be written to and has that much space.");
  }

  /**
   * Unpacks into one cache unless the library is there already.
   *
   * @throws IOException if the folder cannot be made or written to, or the bytes are not those the build announced
   */
  static Path unpack(String name, Content content, URL resource, Path cache) throws IOException {
    Path file = cache.resolve("natives").resolve(content.sha256().substring(0, 16)).resolve(name);
    if (Files.isRegularFile(file) && Files.size(file) == content.size()) {
      return file;
    }
    Files.createDirectories(file.getParent());
    Path partial = Files.createTempFile(file.getParent(), name, ".partial");
    try {
      String sha256 = copy(resource, partial);
      if (!sha256.equals(content.sha256())) {
        throw new IOException("sha256 of the unpacked file is " + sha256 + ", expected " + content.sha256());
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
    return file;
  }

  /** Copies and returns the sha256 of what was copied; the bytes are on the disk before the file gets its name. */
  private static String copy(URL resource, Path file) throws IOException {
    MessageDigest sha256 = sha256();
    try (InputStream in = resource.openStream();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        OutputStream out = new DigestOutputStream(Channels.newOutputStream(channel), sha256)) {
      in.transferTo(out);
      channel.force(true);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new NativeException("this Java has no SHA-256, which every Java must have", e);
    }
  }

  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).replace(' ', '-');
    String machine = System.getProperty("os.arch");
    return system + "-" + (machine.equals("amd64") ? "x86_64" : machine);
  }

  /** What the build announced about a library: its size in bytes and its sha256 in hexadecimal digits. */
  record Content(long size, String sha256) {
    static Content of(String name) {
      String entry = "/native/" + PLATFORM + "/" + INDEX;
      Properties index = new Properties();
      try (InputStream in = NativeFiles.class.getResourceAsStream(entry)) {
        if (in == null) {
          throw new NativeException("jar entry " + entry + " is absent: the jar was not made by this build");
        }
        index.load(in);
      } catch (IOException e) {
        throw new NativeException("jar entry " + entry + " cannot be read", e);
      }
      String line = index.getProperty(name);
      if (line == null) {
        throw new NativeException("jar entry " + entry + " does not list " + name + ": build the jar again");
      }
      String[] fields = line.split(" ");
      return new Content(Long.parseLong(fields[0]), fields[1]);
    }
  }
}
