/** One hot method in Java: needs a perf map for its name. */
public class Hot {
    static long sink = 0;

    static long hotLoop() {
        long total = 0;
        for (int i = 0; i < 2_000_000; i++) total = (total + (long) i * i) % 1000003;
        return total;
    }

    public static void main(String[] arguments) {
        long end = System.currentTimeMillis() + 1000L * Integer.parseInt(arguments[0]);
        while (System.currentTimeMillis() < end) sink += hotLoop();
        System.exit(sink < 0 ? 1 : 0);
    }
}
