import GPUCheck
import TestSupport
import Testing

/// The list of NVIDIA's functions on the PCI bus, as lspci and the kernel write it.
@Suite("Functions on the PCI bus")
struct PCIFunctionTests {
    @Test(
        "What a function is",
        arguments: [
            ("0000:a1:00.0 0302: 10de:2330 (rev a1)", true, false, false),
            ("a1:00.0 0302: 10de:2330 (rev a1)", true, false, false),
            ("0000:a1:00.0 0300: 10de:1eb8 (rev ff)", true, false, true),
            ("0000:a1:00.0 0302: 10de:2330 (rev ff) (prog-if ff)", true, false, true),
            ("0000:a1:00.0 0302: 10de:2330", true, false, false),
            ("0000:c1:00.0 0680: 10de:22a3 (rev a1)", false, true, false),
            ("0000:a1:00.1 0403: 10de:22bb (rev a1)", false, false, false),
            ("0000:a1:00.0  0302:  10DE:2330", true, false, false),
            ("0000:a1:00.0\t0380: 10de:2330", true, false, false),
        ])
    func kinds(_ line: String, _ isGPU: Bool, _ isSwitch: Bool, _ isGone: Bool) throws {
        let function = try #require(PCIFunction(line))
        #expect(function.isGPU == isGPU && function.isSwitch == isSwitch)
        #expect(function.isGone == isGone)
        #expect(function.address.domain == 0 && function.address.bus >= 0xa1)
    }

    @Test(
        "Other vendors, other forms, and lines that break off",
        arguments: [
            "", " ", "0000:a1:00.0", "0000:a1:00.0 0302:", "0000:a1:00.0 0302: 1002:740f (rev 02)",
            "0000:a1:00.0 03g2: 10de:2330", "0000:xx:00.0 0302: 10de:2330", "x 0302: 10de:2330",
            "0000:a1:00.0 0302: 10de", "0000:a1:00.0 0302: 10de:2330 (rev",
            "0000:a1:00.0 0302: 10de:2330 (rev f", "0000:a1:00.0 0302: 10de:2330 (rev ff",
            "0000:a1:00.0 99999: 10de:2330",
        ])
    func none(_ line: String) {
        #expect(PCIFunction(line) == nil)
        let good = "0000:a1:00.0 0302: 10de:2330 (rev a1)"
        #expect(PCIFunction.functions([line, good, line].joined(separator: "\n")).count == 1)
    }

    private static let listing = [
        "0000:a1:00.0 0302: 10de:2330 (rev a1)", "0000:a1:00.1 0403: 10de:22bb (rev a1)",
        "0000:a2:00.0 0302: 10de:2330 (rev ff)", "0000:c1:00.0 0680: 10de:22a3 (rev a1)",
    ]

    /// A cut must neither hide a GPU without a word, nor declare one dead.
    @Test("Cut at every byte: what is read is what was there, or the listing is not whole")
    func cuts() {
        let text = Self.listing.joined(separator: "\n") + "\n"
        let all = PCIFunction.functions(text)
        #expect(all.count == 4 && PCIFunction.isWhole(text) && PCIFunction.isWhole(""))
        for length in 0..<text.utf8.count {
            let cut = String(text.utf8.prefix(length)) ?? ""
            let functions = PCIFunction.functions(cut)
            #expect(functions.filter(\.isGone).allSatisfy { $0.address.bus == 0xa2 })
            #expect(functions.allSatisfy { one in all.contains { $0.address == one.address } })
            let lines = cut.split(separator: "\n").count
            if PCIFunction.isWhole(cut), lines > 0 {
                // A line that ends behind its numbers is whole without its revision.
                #expect(functions.count == lines, "\(cut.suffix(60))")
            }
        }
    }

    @Test("The order of the lines, and how they end, change nothing")
    func order() {
        var random = SeededRandom(3)
        let all = Set(PCIFunction.functions(Self.listing.joined(separator: "\n")))
        for end in ["\n", "\r\n", "\n\n"] {
            let lines = Self.listing.shuffled(using: &random)
            let read = PCIFunction.functions(lines.joined(separator: end))
            #expect(Set(read) == all && read.count == 4)
            #expect(read.map(\.address) == lines.compactMap { PCIFunction($0)?.address })
        }
        #expect(
            PCIFunction.functions(String(repeating: Self.listing[0] + "\n", count: 9_000)).count
                == 4096)
    }

    @Test(
        "All spellings of an address are one, in Linux's words",
        arguments: [
            ("00000000:A1:00.0", "0000:a1:00.0"), ("0:1:2.3", "0000:01:02.3"),
            ("10000:01:00.0", "10000:01:00.0"), ("ffffffff:ff:1f.7", "ffffffff:ff:1f.7"),
        ])
    func addresses(_ text: String, _ words: String) throws {
        let address = try #require(PCIAddress(text))
        #expect(address.description == words && PCIAddress(words) == address)
        #expect(PCIAddress(text.uppercased()) == address && PCIAddress(text + ":") == nil)
        #expect(PCIAddress(words + "g") == nil && PCIAddress("x" + words) == nil)
    }

    @Test("Addresses sort by place, and not by their letters")
    func sorted() {
        let places = [
            "0000:02:00.0", "0000:10:00.0", "0000:10:00.1", "0000:10:01.0", "0001:00:00.0",
            "10000:00:00.0",
        ]
        var random = SeededRandom(8)
        let shuffled = places.shuffled(using: &random).compactMap { PCIAddress($0) }
        #expect(shuffled.sorted().map(\.description) == places)
    }
}
