// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What the test tokens share: balances, and a mint open to all, since they are worth nothing.
abstract contract OpenBalances {
    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    string public name;
    string public symbol;
    uint8 public immutable decimals;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) {
        name = name_;
        symbol = symbol_;
        decimals = decimals_;
    }

    function mint(address[] calldata owners, uint256 value) external {
        totalSupply += value * owners.length;
        for (uint256 i = 0; i < owners.length; i++) {
            balanceOf[owners[i]] += value;
            emit Transfer(address(0), owners[i], value);
        }
    }

    function move(address from, address to, uint256 value) internal virtual {
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }

    function spend(address owner, uint256 value) internal {
        allowance[owner][msg.sender] -= value;
    }
}

/// A token by the book.
contract TestToken is OpenBalances {
    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        OpenBalances(name_, symbol_, decimals_)
    {}

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        spend(from, value);
        move(from, to, value);
        return true;
    }
}

/// The local network's test dollar: its deployer has a thousand million of them.
contract TestDollar is TestToken {
    constructor() TestToken("Test Dollar", "TUSD", 6) {
        totalSupply = 1_000_000_000e6;
        balanceOf[msg.sender] = totalSupply;
        emit Transfer(address(0), msg.sender, totalSupply);
    }
}

/// Returns nothing from its transfers, as the oldest dollar token does.
contract SilentToken is OpenBalances {
    constructor() OpenBalances("Silent Dollar", "SILENT", 6) {}

    function transfer(address to, uint256 value) external {
        move(msg.sender, to, value);
    }
}

/// Keeps a hundredth of every transfer. An honest one logs what arrives; a lying one what was sent.
contract TaxedToken is OpenBalances {
    address public constant COLLECTOR = address(0x7a7a);
    bool public immutable lies;

    constructor(bool lies_) OpenBalances("Taxed Dollar", "TAXED", 18) {
        lies = lies_;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function move(address from, address to, uint256 value) internal override {
        uint256 tax = value / 100;
        balanceOf[from] -= value;
        balanceOf[COLLECTOR] += tax;
        balanceOf[to] += value - tax;
        emit Transfer(from, to, lies ? value : value - tax);
        if (!lies) emit Transfer(from, COLLECTOR, tax);
    }
}
