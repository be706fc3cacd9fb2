-- title: Wallet liabilities
-- view: wallet_liabilities
-- note: What customers have paid in and not yet spent. Held: reserved by pending debits. Inactive: in wallets that can't spend.
select l.currency, l.wallets, l.balance, l.held, l.inactive
from analytics.wallet_liabilities l
order by l.currency
