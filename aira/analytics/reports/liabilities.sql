-- title: Wallet liabilities
-- view: wallet_liabilities
-- note: Money that customers have paid in and not yet spent. Held: reserved by pending debits. Inactive: in stopped wallets.
select l.currency, l.wallets, l.balance, l.held, l.inactive
from analytics.wallet_liabilities l
order by l.currency
