import GPUCheck
import Testing

@Suite struct GPUValueTests {
    @Test(
        arguments: [
            "N/A", "[N/A]", "[Not Supported]", "Not Supported", "[Function Not Found]", "", "  ",
            "\n\t",
            "Requested functionality has been deprecated",
            "[Requested functionality has been deprecated]", "n/a",
        ])
    func absent(_ text: String) {
        let value = GPUValue(text)
        #expect(value == .absent)
        #expect(value.number == nil && value.flag == nil && value.word == nil)
    }

    @Test func unreadable() {
        #expect(GPUValue("[Insufficient Permissions]") == .notPermitted)
        #expect(GPUValue("Insufficient Permissions") == .notPermitted)
        #expect(GPUValue("[GPU is lost]") == .lost)
        #expect(GPUValue("GPU is lost") == .lost)
        #expect(GPUValue("[GPU requires reset]") == .needsReset)
        #expect(GPUValue("GPU requires reset") == .needsReset)
        #expect(GPUValue("ERR!") == .error("ERR!"))
        #expect(GPUValue("[Unknown Error]") == .error("[Unknown Error]"))
        #expect(GPUValue("Unknown Error") == .error("Unknown Error"))
    }

    @Test(arguments: [
        ("34 C", 34.0), ("-2 C", -2), ("300.00 W", 300), ("23028 MiB", 23028), ("0", 0),
        ("100 %", 100), (" 37 C ", 37),
    ])
    func numbers(_ text: String, _ number: Double) {
        #expect(GPUValue(text).number == number)
    }

    @Test(arguments: ["nan", "inf C", "0x10", "C", "1e400", "--1", "1.2.3", "８ C"])
    func noNumbers(_ text: String) {
        #expect(GPUValue(text).number == nil)
    }

    @Test(arguments: [
        ("23028 MiB", 23028), ("23028", 23028), ("2 GiB", 2048), ("2048 KiB", 2),
        ("11441 MB", 11441),
    ])
    func memory(_ text: String, _ mebibytes: Int) {
        #expect(GPUValue(text).mebibytes == mebibytes)
    }

    @Test(arguments: ["80 C", "9999999999999999999999 MiB", "MiB"])
    func noMemory(_ text: String) {
        #expect(GPUValue(text).mebibytes == nil)
    }

    @Test func flags() {
        #expect(["Yes", "yes", "1", "Active"].allSatisfy { GPUValue($0).flag == true })
        #expect(["No", "0", "Not Active"].allSatisfy { GPUValue($0).flag == false })
        #expect(GPUValue("perhaps").flag == nil)
    }

    @Test func firstWord() {
        let text = "610.57.04 [Deprecated; will be removed in CUDA 14.0. Use KMD Version instead]"
        #expect(GPUValue(text).firstWord == "610.57.04")
    }
}
