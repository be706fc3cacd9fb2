// Written by `manage.py types` from a migrated database. A test compares them. Pass it to supabase-js:
//
//     createClient<Database>(url, key)
//
// The lines above a table list the columns that each role may select, insert and update. Other columns are refused
// with 42501. Columns that no role can write are `never`. Amounts are numeric(10,2), which JSON carries as a number:
// convert them to cents before you add them up.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  public: {
    Tables: {
      /**
       * An appointment of a customer at a business. The database refuses appointments above the capacity.
       *
       * authenticated: select all; insert business_id, customer_email, customer_name, customer_phone, duration,
       *   external_id, id, notes, scheduled_at, service_type, source, status, user_id; update business_id,
       *   customer_email, customer_name, customer_phone, duration, external_id, id, notes, scheduled_at,
       *   service_type, source, status, user_id
       * voice_agent: select all; insert business_id, customer_email, customer_name, customer_phone, duration,
       *   external_id, id, notes, scheduled_at, service_type, source, status, user_id; update business_id,
       *   customer_email, customer_name, customer_phone, duration, external_id, notes, scheduled_at,
       *   service_type, source, status
       * service_role: select all; insert all; update all
       */
      appointments: {
        Row: {
          /** Minutes that stay free after the appointment. The database copies them from the booking rules. */
          buffer_after: number
          /** Minutes that stay free before the appointment. The database copies them from the booking rules. */
          buffer_before: number
          /** The business that the customer visits. */
          business_id: string
          /**
           * Start of the time that the appointment takes up, with the buffer before it. Set by the database.
           */
          busy_from: string | null
          /** End of the time that the appointment takes up, with the buffer after it. Set by the database. */
          busy_to: string | null
          /** When the record was added. */
          created_at: string
          /** The customer's e-mail address. At most 254 characters. */
          customer_email: string | null
          /** The customer's name. At most 200 characters, one line. */
          customer_name: string
          /** The customer's phone number in any spelling. At most 40 characters. */
          customer_phone: string | null
          /** When the record was deleted, which moves it to the trash. Empty if it is not in the trash. */
          deleted_at: string | null
          /** Duration in minutes, 1 to 1440. */
          duration: number
          /**
           * Id that the source gave the appointment, such as the id of the call (Twilio CallSid). Each id makes
           * one appointment.
           */
          external_id: string | null
          /** Unique id of the record, which never changes. A program that adds a record may choose it. */
          id: string
          /** Notes that the business can read. A cancellation adds its reason. At most 10,000 characters. */
          notes: string | null
          /** When the appointment starts. */
          scheduled_at: string
          /** Words for the full-text search. Set by the database. */
          search: unknown
          /** The service that is booked, such as Haircut. */
          service_type: string | null
          /**
           * Place among the appointments of the same time, from 1 on. Only confirmed appointments have one. Set
           * by the database.
           */
          slot_number: number | null
          /** The channel through which the appointment was made. */
          source: Database["public"]["Enums"]["appointment_source"]
          /** Only confirmed appointments take up time. */
          status: Database["public"]["Enums"]["appointment_status"]
          /** When the record last changed. The database sets it. */
          updated_at: string
          /** The account that owns the business. The database fills it in. */
          user_id: string
        }
        Insert: {
          buffer_after?: never
          buffer_before?: never
          business_id: string
          busy_from?: never
          busy_to?: never
          created_at?: string
          customer_email?: string | null
          customer_name: string
          customer_phone?: string | null
          deleted_at?: never
          duration?: number
          external_id?: string | null
          id?: string
          notes?: string | null
          scheduled_at: string
          search?: never
          service_type?: string | null
          slot_number?: never
          source?: Database["public"]["Enums"]["appointment_source"]
          status?: Database["public"]["Enums"]["appointment_status"]
          updated_at?: string
          user_id?: string
        }
        Update: {
          buffer_after?: never
          buffer_before?: never
          business_id?: string
          busy_from?: never
          busy_to?: never
          created_at?: string
          customer_email?: string | null
          customer_name?: string
          customer_phone?: string | null
          deleted_at?: never
          duration?: number
          external_id?: string | null
          id?: string
          notes?: string | null
          scheduled_at?: string
          search?: never
          service_type?: string | null
          slot_number?: never
          source?: Database["public"]["Enums"]["appointment_source"]
          status?: Database["public"]["Enums"]["appointment_status"]
          updated_at?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "appointment_in_own_business"
            columns: ["business_id", "user_id"]
            isOneToOne: false
            referencedRelation: "business_v2"
            referencedColumns: ["id", "user_id"]
          },
        ]
      }
      /**
       * Booking rules of a business. A business without a row has the defaults.
       *
       * authenticated: select all; insert buffer_after, buffer_before, business_id, capacity, id,
       *   max_days_ahead, min_notice, slot_step, user_id; update buffer_after, buffer_before, business_id,
       *   capacity, id, max_days_ahead, min_notice, slot_step, user_id
       * voice_agent: select all
       * service_role: select all; insert all; update all
       */
      booking_rules: {
        Row: {
          /** Minutes that stay free after each appointment, 0 to 1440. */
          buffer_after: number
          /** Minutes that stay free before each appointment, 0 to 1440. */
          buffer_before: number
          /** The business that the rules are for. Each business has one set of rules. */
          business_id: string
          /** How many appointments the business takes at the same time, 1 to 1000. */
          capacity: number
          /** When the record was added. */
          created_at: string
          /** Unique id of the record, which never changes. A program that adds a record may choose it. */
          id: string
          /** How many days ahead customers can book, 0 to 3650. */
          max_days_ahead: number
          /** Customers must book at least this many minutes before the start, 0 to 525600. */
          min_notice: number
          /**
           * Minutes from the start of one free time to the next, 1 to 1440. Empty: the duration that is booked.
           */
          slot_step: number | null
          /** When the record last changed. The database sets it. */
          updated_at: string
          /** The account that owns the business. The database fills it in. */
          user_id: string
        }
        Insert: {
          buffer_after?: number
          buffer_before?: number
          business_id: string
          capacity?: number
          created_at?: string
          id?: string
          max_days_ahead?: number
          min_notice?: number
          slot_step?: number | null
          updated_at?: string
          user_id?: string
        }
        Update: {
          buffer_after?: number
          buffer_before?: number
          business_id?: string
          capacity?: number
          created_at?: string
          id?: string
          max_days_ahead?: number
          min_notice?: number
          slot_step?: number | null
          updated_at?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "booking_rules_in_own_business"
            columns: ["business_id", "user_id"]
            isOneToOne: true
            referencedRelation: "business_v2"
            referencedColumns: ["id", "user_id"]
          },
        ]
      }
      /**
       * A phone number that customers call. The UI's server buys and configures it.
       *
       * authenticated: select all; update business_id, display_name, is_primary, notes
       * voice_agent: select all
       * service_role: select all; insert all; update all
       */
      business_numbers: {
        Row: {
          /** The business that customers reach by this phone number. Empty if no business uses it. */
          business_id: string | null
          /**
           * What the phone number can do, as JSON: {"voice": true, "sms": false}. Keys: voice, sms, mms, fax.
           */
          capabilities: Json | null
          /** Code of the country, such as US (ISO 3166). */
          country_code: string
          /** When the record was added. */
          created_at: string
          /** When the record was deleted, which moves it to the trash. Empty if it is not in the trash. */
          deleted_at: string | null
          /** Name by which staff and the owner recognise the phone number. */
          display_name: string
          /** Extra features from the provider, as a JSON list such as ["call recording"]. At most 64 kB. */
          features: NonNullable<Json>
          /** Unique id of the record, which never changes. A program that adds a record may choose it. */
          id: string
          /** The Voice Agent answers calls to the phone number only if it is active. */
          is_active: boolean
          /** The business shows its primary number first. It has at most one. */
          is_primary: boolean
          /** Price of a month, in the currency of the provider. */
          monthly_cost: number | null
          /** Notes that the owner and staff can read. At most 10,000 characters. */
          notes: string | null
          /** Type of the phone number: local, toll-free, mobile, international or vanity (spells a word). */
          number_type: Database["public"]["Enums"]["business_number_type"]
          /** The phone number with its country code, such as +14155550123 (E.164). */
          phone_number: string
          /** The company that provides the phone number. */
          provider: string
          /** When the phone number was bought. */
          purchase_date: string | null
          /** Web address to which Twilio passes text messages from customers. */
          sms_url: string | null
          /** Web address to which Twilio reports the result of each call. */
          status_callback_url: string | null
          /** Id of the account at Twilio that bought the phone number. */
          twilio_account_sid: string | null
          /** Twilio's id of the phone number. */
          twilio_sid: string | null
          /** When the record last changed. The database sets it. */
          updated_at: string
          /** The account that owns the phone number. If it is left empty, the owner of the business owns it. */
          user_id: string
          /**
           * Web address of the Voice Agent, to which Twilio passes calls. If it is left empty, the database
           * fills it in.
           */
          voice_url: string | null
        }
        Insert: {
          business_id?: string | null
          capabilities?: Json | null
          country_code: string
          created_at?: string
          deleted_at?: never
          display_name: string
          features?: NonNullable<Json>
          id?: string
          is_active?: boolean
          is_primary?: boolean
          monthly_cost?: number | null
          notes?: string | null
          number_type: Database["public"]["Enums"]["business_number_type"]
          phone_number: string
          provider?: string
          purchase_date?: string | null
          sms_url?: string | null
          status_callback_url?: string | null
          twilio_account_sid?: string | null
          twilio_sid?: string | null
          updated_at?: string
          user_id?: string
          voice_url?: string | null
        }
        Update: {
          business_id?: string | null
          capabilities?: Json | null
          country_code?: string
          created_at?: string
          deleted_at?: never
          display_name?: string
          features?: NonNullable<Json>
          id?: string
          is_active?: boolean
          is_primary?: boolean
          monthly_cost?: number | null
          notes?: string | null
          number_type?: Database["public"]["Enums"]["business_number_type"]
          phone_number?: string
          provider?: string
          purchase_date?: string | null
          sms_url?: string | null
          status_callback_url?: string | null
          twilio_account_sid?: string | null
          twilio_sid?: string | null
          updated_at?: string
          user_id?: string
          voice_url?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "number_in_own_business"
            columns: ["business_id", "user_id"]
            isOneToOne: false
            referencedRelation: "business_v2"
            referencedColumns: ["id", "user_id"]
          },
        ]
      }
      /**
       * A business: a profile that the Voice Agent answers for, and the parent of other rows of its owner.
       *
       * authenticated: select all; insert address, business_hours, business_type, description, email, id,
       *   is_active, logo_url, name, phone_number, timezone, user_id, website; update address, business_hours,
       *   business_type, description, email, id, is_active, logo_url, name, phone_number, timezone, user_id,
       *   website
       * voice_agent: select all
       * kb_updater: select id, name
       * service_role: select all; insert all; update all
       */
      business_v2: {
        Row: {
          /** Postal address, on one or more lines. At most 500 characters. */
          address: string | null
          /** Opening hours in the time zone of the business. Empty means 09:00–18:00 every day. */
          business_hours: Json | null
          /** Type of the business: restaurant, retail or service. */
          business_type: string
          /** When the record was added. */
          created_at: string
          /** When the record was deleted, which moves it to the trash. Empty if it is not in the trash. */
          deleted_at: string | null
          /** Description of the business and its services. At most 10,000 characters. */
          description: string | null
          /** E-mail address to which customers can write. */
          email: string | null
          /** Unique id of the record, which never changes. A program that adds a record may choose it. */
          id: string
          /** The Voice Agent answers calls to the business's phone numbers only if the business is active. */
          is_active: boolean
          /** Web address of the logo, such as https://example.com/logo.png. */
          logo_url: string | null
          /** Name of the business. At most 200 characters, one line. */
          name: string
          /** The business's own phone number, with the country code, such as +14155550123 (E.164). */
          phone_number: string | null
          /** Words for the full-text search. Set by the database. */
          search: unknown
          /** Time zone of the business, such as Europe/Berlin. Its opening hours and reports use it. */
          timezone: string
          /** When the record last changed. The database sets it. */
          updated_at: string
          /** The account that owns the business. If an account adds a business itself, it becomes the owner. */
          user_id: string
          /** Web address of the business, such as https://example.com. */
          website: string | null
        }
        Insert: {
          address?: string | null
          business_hours?: Json | null
          business_type: string
          created_at?: string
          deleted_at?: never
          description?: string | null
          email?: string | null
          id?: string
          is_active?: boolean
          logo_url?: string | null
          name: string
          phone_number?: string | null
          search?: never
          timezone?: string
          updated_at?: string
          user_id?: string
          website?: string | null
        }
        Update: {
          address?: string | null
          business_hours?: Json | null
          business_type?: string
          created_at?: string
          deleted_at?: never
          description?: string | null
          email?: string | null
          id?: string
          is_active?: boolean
          logo_url?: string | null
          name?: string
          phone_number?: string | null
          search?: never
          timezone?: string
          updated_at?: string
          user_id?: string
          website?: string | null
        }
        Relationships: [
        ]
      }
      /**
       * A file that a business uploads, and the result of its processing by the KB Updater.
       *
       * authenticated: select all; insert business_id, file_name, file_path, file_size, id, mime_type, user_id;
       *   update file_name
       * kb_updater: select all; update chunk_count, processing_error, processing_status, vector_db_id
       * service_role: select all; insert all; update all
       */
      documents: {
        Row: {
          /** Number of the current attempt to process the document. Set by the database. */
          attempts: number
          /** The business that the document is about. */
          business_id: string
          /** Number of parts (chunks) into which the KB Updater divided the document. Set by the KB Updater. */
          chunk_count: number
          /** When the record was added. */
          created_at: string
          /** When the record was deleted, which moves it to the trash. Empty if it is not in the trash. */
          deleted_at: string | null
          /** Name of the uploaded file. At most 255 characters, one line. */
          file_name: string
          /** Where the file is in the storage. For uploads, it begins with the id of the business and “/”. */
          file_path: string
          /** Size of the file in bytes. */
          file_size: number | null
          /** Unique id of the record, which never changes. A program that adds a record may choose it. */
          id: string
          /** Type of the file, such as application/pdf. */
          mime_type: string | null
          /** When processing was completed or failed. Set by the database. */
          processed_at: string | null
          /** Why the document could not be processed, in words for the owner. At most 10,000 characters. */
          processing_error: string | null
          /** When the current attempt started. Set by the database. */
          processing_started_at: string | null
          /** How far the KB Updater has processed the document. */
          processing_status: Database["public"]["Enums"]["processing_status"]
          /** How often processing got stuck since staff last queued the document. Set by the database. */
          rescues: number
          /** Words for the full-text search. Set by the database. */
          search: unknown
          /** When the record last changed. The database sets it. */
          updated_at: string
          /** The account that owns the business. The database fills it in. */
          user_id: string
          /** Id under which the Voice Agent finds the content of the document. Set by the KB Updater. */
          vector_db_id: string | null
        }
        Insert: {
          attempts?: number
          business_id: string
          chunk_count?: number
          created_at?: string
          deleted_at?: never
          file_name: string
          file_path: string
          file_size?: number | null
          id?: string
          mime_type?: string | null
          processed_at?: never
          processing_error?: string | null
          processing_started_at?: string | null
          processing_status?: Database["public"]["Enums"]["processing_status"]
          rescues?: never
          search?: never
          updated_at?: string
          user_id?: string
          vector_db_id?: string | null
        }
        Update: {
          attempts?: number
          business_id?: string
          chunk_count?: number
          created_at?: string
          deleted_at?: never
          file_name?: string
          file_path?: string
          file_size?: number | null
          id?: string
          mime_type?: string | null
          processed_at?: never
          processing_error?: string | null
          processing_started_at?: string | null
          processing_status?: Database["public"]["Enums"]["processing_status"]
          rescues?: never
          search?: never
          updated_at?: string
          user_id?: string
          vector_db_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "document_in_own_business"
            columns: ["business_id", "user_id"]
            isOneToOne: false
            referencedRelation: "business_v2"
            referencedColumns: ["id", "user_id"]
          },
        ]
      }
      /**
       * The permanent record of one change of a wallet's balance. Only the posting trigger writes it.
       *
       * authenticated: select all
       * service_role: select all
       */
      ledger_entries: {
        Row: {
          /** By how much the balance changed. Negative if money went out. */
          amount: number
          /** Balance in the currency of the entry after the change. */
          balance_after: number
          /** Where the money came from or went to, such as stripe, number, adjustment or account_closed. */
          contra: string
          /** When the entry was written. Entries with higher numbers are later. */
          created_at: string
          /** Currency of the amount: USD or INR. */
          currency: string
          /**
           * SHA-256 of the entry and of the hash of the previous entry. It shows whether an entry was altered.
           */
          hash: string
          /** Unique id of the entry. It is random. */
          id: string
          /**
           * Why the balance changed: opening, post (a transaction), refund, reinstate (posted again) or close.
           */
          kind: string
          /** Number of the entry in its wallet, from 1 on, without gaps. */
          seq: number
          /** The transaction that changed the balance. Empty for opening and closing entries. */
          transaction_id: string | null
          /** The same as the time of creation, since an entry never changes. */
          updated_at: string
          /** The account that owned the money. If the account is deleted, its ledger entries stay. */
          user_id: string
          /** The wallet whose balance changed. If the wallet is deleted, its ledger entries stay. */
          wallet_id: string
        }
        Insert: {
          amount?: never
          balance_after?: never
          contra?: never
          created_at?: never
          currency?: never
          hash?: never
          id?: never
          kind?: never
          seq?: never
          transaction_id?: never
          updated_at?: never
          user_id?: never
          wallet_id?: never
        }
        Update: {
          amount?: never
          balance_after?: never
          contra?: never
          created_at?: never
          currency?: never
          hash?: never
          id?: never
          kind?: never
          seq?: never
          transaction_id?: never
          updated_at?: never
          user_id?: never
          wallet_id?: never
        }
        Relationships: [
        ]
      }
      /**
       * Money that comes in or goes out. A completed transaction is posted to the ledger once and then can't
       * change.
       *
       * authenticated: select all
       * service_role: select all; insert all; update all
       */
      transactions: {
        Row: {
          /** Amount in the currency of the transaction, greater than 0, with two decimals. */
          amount: number
          /** The phone number that the charge is for. */
          business_number_id: string | null
          /** When the transaction was completed. Set by the database. */
          completed_at: string | null
          /** When the record was added. */
          created_at: string
          /** Currency of the amount: USD or INR. */
          currency: string
          /** Purpose of the transaction, in words for the customer. At most 10,000 characters. */
          description: string | null
          /** Part of the payment that open and lost disputes claim. Set by the database. */
          disputed_amount: number
          /** When the hold is released, unless it was captured before. Empty: never. */
          expires_at: string | null
          /** While a debit with a hold is pending, its amount is reserved in the wallet. */
          hold: boolean
          /** Unique id of the record, which never changes. A program that adds a record may choose it. */
          id: string
          /** Text that a service sends to have a repeated request recorded only once for an account. */
          idempotency_key: string | null
          /** Further data from the service that recorded the transaction, as JSON. At most 64 kB. */
          metadata: NonNullable<Json>
          /** Amount refunded so far, by disputes as well. A service that raises it refunds the difference. */
          refunded_amount: number
          /** The balance changes, once, when the transaction is completed. */
          status: Database["public"]["Enums"]["transaction_status"]
          /** Stripe's id of the payment. At most one credit and one debit can have it. */
          stripe_payment_intent_id: string | null
          /** A credit adds to the wallet, a debit takes from it. */
          type: Database["public"]["Enums"]["transaction_type"]
          /** When the record last changed. The database sets it. */
          updated_at: string
          /** The account whose wallet receives or pays the amount. */
          user_id: string
        }
        Insert: {
          amount: number
          business_number_id?: string | null
          completed_at?: string | null
          created_at?: string
          currency: string
          description?: string | null
          disputed_amount?: number
          expires_at?: string | null
          hold?: boolean
          id?: string
          idempotency_key?: string | null
          metadata?: NonNullable<Json>
          refunded_amount?: number
          status?: Database["public"]["Enums"]["transaction_status"]
          stripe_payment_intent_id?: string | null
          type: Database["public"]["Enums"]["transaction_type"]
          updated_at?: string
          user_id: string
        }
        Update: {
          amount?: number
          business_number_id?: string | null
          completed_at?: string | null
          created_at?: string
          currency?: string
          description?: string | null
          disputed_amount?: number
          expires_at?: string | null
          hold?: boolean
          id?: string
          idempotency_key?: string | null
          metadata?: NonNullable<Json>
          refunded_amount?: number
          status?: Database["public"]["Enums"]["transaction_status"]
          stripe_payment_intent_id?: string | null
          type?: Database["public"]["Enums"]["transaction_type"]
          updated_at?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "transactions_business_number_id_fkey"
            columns: ["business_number_id"]
            isOneToOne: false
            referencedRelation: "business_numbers"
            referencedColumns: ["id"]
          },
        ]
      }
      /**
       * The prepaid balance of an account. Only the posting trigger changes balances; no role may write them.
       *
       * authenticated: select all
       * service_role: select all; insert all; update all
       */
      wallets: {
        Row: {
          /** Balance in Indian rupees, including holds. Each change of it has a ledger entry. */
          balance_inr: number
          /** Balance in US dollars, including holds. Each change of it has a ledger entry. */
          balance_usd: number
          /** When the record was added. */
          created_at: string
          /** Currency in which new charges are made: USD or INR. */
          currency: string
          /** Indian rupees that pending debits reserve. Set by the database. */
          held_inr: number
          /** US dollars that pending debits reserve. Set by the database. */
          held_usd: number
          /** Unique id of the record, which never changes. A program that adds a record may choose it. */
          id: string
          /** A wallet that is not active is stopped: it takes credits, but no debits. */
          is_active: boolean
          /** Time of the wallet's newest ledger entry. Set by the database. */
          ledger_at: string | null
          /** Hash of the wallet's newest ledger entry. Set by the database. */
          ledger_hash: string | null
          /** Number of the wallet's newest ledger entry. Set by the database. */
          ledger_seq: number
          /**
           * Whether the database stopped the wallet, because the payment provider took back more than it had.
           */
          stopped_by_provider: boolean
          /** When the record last changed. The database sets it. */
          updated_at: string
          /** The account that owns the money. An account has one wallet. */
          user_id: string
        }
        Insert: {
          balance_inr?: never
          balance_usd?: never
          created_at?: never
          currency?: string
          held_inr?: never
          held_usd?: never
          id?: never
          is_active?: boolean
          ledger_at?: never
          ledger_hash?: never
          ledger_seq?: never
          stopped_by_provider?: never
          updated_at?: never
          user_id: string
        }
        Update: {
          balance_inr?: never
          balance_usd?: never
          created_at?: never
          currency?: string
          held_inr?: never
          held_usd?: never
          id?: never
          is_active?: boolean
          ledger_at?: never
          ledger_hash?: never
          ledger_seq?: never
          stopped_by_provider?: never
          updated_at?: never
          user_id?: never
        }
        Relationships: [
        ]
      }
    }
    Views: {
      /**
       * Number of appointments of the caller's businesses by day, source and status, without the trash.
       *
       * authenticated: select all
       */
      appointments_by_day: {
        Row: {
          /** The number of appointments. */
          appointments: number | null
          /** The business. */
          business_id: string | null
          /** The day, in the time zone of the business. */
          day: string | null
          /** The sum of their durations. */
          minutes: number | null
          /** When the figures were computed. */
          refreshed_at: string | null
          /** The channel through which they were made. */
          source: Database["public"]["Enums"]["appointment_source"] | null
          /** Their status now. */
          status: Database["public"]["Enums"]["appointment_status"] | null
        }
        Relationships: [
        ]
      }
      /**
       * Processing of the caller's documents by day, without the trash.
       *
       * authenticated: select all
       */
      document_processing_by_day: {
        Row: {
          /** Documents whose last processing was completed on that day. */
          completed: number | null
          /** The day, in UTC. */
          day: string | null
          /** Documents whose last processing failed on that day. */
          failed: number | null
          /** Median time from start to end of processing. */
          median_seconds: number | null
          /** The time within which 95 % of the documents were processed. */
          p95_seconds: number | null
          /** When the figures were computed. */
          refreshed_at: string | null
          /** Documents that were created on that day. */
          uploaded: number | null
        }
        Relationships: [
        ]
      }
      /**
       * Monthly cost of the caller's phone numbers by provider and type. It counts active numbers that are not
       * in
       * the trash.
       *
       * authenticated: select all
       */
      number_costs: {
        Row: {
          /** The sum of their monthly costs, in the currency of the provider. */
          monthly_cost: number | null
          /** The type of the numbers. */
          number_type: Database["public"]["Enums"]["business_number_type"] | null
          /** How many numbers. */
          numbers: number | null
          /** The company that provides the numbers. */
          provider: string | null
          /** When the figures were computed. */
          refreshed_at: string | null
          /** Numbers without a cost. */
          unknown: number | null
        }
        Relationships: [
        ]
      }
      /**
       * Spending of the caller's account by day and currency; see analytics.daily_revenue.
       *
       * authenticated: select all
       */
      spending_by_day: {
        Row: {
          /** Opening balances of the adoption, minus the rest when the account was closed. */
          carried: number | null
          /** The change of the balance, the sum of all of these. */
          change: number | null
          /** USD or INR. */
          currency: string | null
          /** The day, in UTC. */
          day: string | null
          /** Top-ups that were refunded or disputed. */
          paid_back: number | null
          /** When the figures were computed. */
          refreshed_at: string | null
          /** Charges that were refunded. */
          refunded: number | null
          /** Charges. */
          spent: number | null
          /** Money that came into the wallet. */
          topped_up: number | null
        }
        Relationships: [
        ]
      }
      /**
       * Utilisation of the caller's businesses by day, from 90 days ago to 14 days ahead. Days without open
       * minutes
       * have no row.
       *
       * authenticated: select all
       */
      utilisation_by_day: {
        Row: {
          /**
           * Minutes of confirmed, completed and missed appointments within the opening hours, without buffers.
           */
          booked_minutes: number | null
          /** The business. */
          business_id: string | null
          /** How many appointments the business takes at the same time now. */
          capacity: number | null
          /** The day, in the time zone of the business. */
          day: string | null
          /** Minutes in which it is open; an interval over midnight belongs to the day on which it opens. */
          open_minutes: number | null
          /** When the figures were computed. */
          refreshed_at: string | null
          /** Booked_minutes / (open_minutes × capacity): 0.5 is half full. */
          utilisation: number | null
        }
        Relationships: [
        ]
      }
    }
    Functions: {
      /**
       * List the future confirmed appointments of a business that exceed its capacity, buffers included, in
       * order
       * of time. They were restored with their business, or kept, after the capacity was lowered. No rows for
       * an
       * unknown business or another tenant's business.
       *
       * authenticated, service_role
       */
      appointments_above_capacity: {
        Args: {
          p_business_id: string
        }
        Returns: {
          appointment_id: string | null
          scheduled_at: string | null
          duration: number | null
        }[]
      }
      /**
       * List the slots of a business from p_from (included) to p_to (excluded), in order. Starts lie on a grid
       * that
       * begins at each opening time. The appointment must fit into the opening hours, and the capacity must
       * allow
       * one more. No rows for an unknown business.
       * p_duration: minutes of the appointment, 1 to 1440.
       * p_step: minutes between two starts; null means the business's step, or the duration if it has none.
       * p_limit: 1 to 1000 rows.
       * Returns free: how many more appointments fit; local_start: the start in the business's time zone, with
       * its
       * offset.
       * Errors: 22023 an argument is missing, infinite or out of range, or the time is longer than 62 days.
       *
       * authenticated, voice_agent, service_role
       */
      available_slots: {
        Args: {
          p_business_id: string
          p_from: string
          p_to: string
          p_duration?: number
          p_step?: number
          p_limit?: number
        }
        Returns: {
          starts_at: string
          ends_at: string
          local_start: string
          free: number
        }[]
      }
      /**
       * Check a time and book it in one step, so that no other caller can take it in between.
       * p_duration: minutes.
       * p_external_id: your id of the booking. The same id and time book once.
       * Returns one row: outcome and appointment_id. outcome is booked; already_booked (the same external id
       * and
       * time: the existing appointment, however often it is sent); external_id_conflict (the same external id
       * at
       * another time: send a second booking of one call as CAxxx:2); retry (a stricter isolation level saw an
       * old
       * state: begin a new transaction); or a result of check_appointment_time.
       *
       * authenticated, voice_agent, service_role
       */
      book_appointment: {
        Args: {
          p_business_id: string
          p_scheduled_at: string
          p_customer_name: string
          p_duration?: number
          p_customer_phone?: string
          p_customer_email?: string
          p_source?: Database["public"]["Enums"]["appointment_source"]
          p_external_id?: string
          p_service_type?: string
          p_notes?: string
        }
        Returns: {
          outcome: string
          appointment_id: string | null
        }[]
      }
      /**
       * Cancel an appointment, which frees its time at once.
       * p_reason: is added to the notes.
       * Returns one row: appointment_id and outcome, which is cancelled, already_cancelled, not_confirmed or
       * unknown_appointment.
       *
       * authenticated, voice_agent, service_role
       */
      cancel_appointment: {
        Args: {
          p_appointment_id: string
          p_reason?: string
        }
        Returns: {
          outcome: string
          appointment_id: string | null
        }[]
      }
      /**
       * Check whether a business can take an appointment at a time. It never returns null and never raises.
       * p_duration: minutes.
       * p_exclude: the appointment that is to move to this time.
       * Returns ok, or the first reason that applies: missing_argument, invalid_time, invalid_duration,
       * unknown_business, in_past, too_soon, too_far_ahead, outside_hours, fully_booked. For a user, another
       * tenant's business is unknown_business.
       *
       * authenticated, voice_agent, service_role
       */
      check_appointment_time: {
        Args: {
          p_business_id: string
          p_scheduled_at: string
          p_duration?: number
          p_exclude?: string
        }
        Returns: string
      }
      /**
       * Record that the customer's bank took a payment back. It takes the amount from the wallet. If the wallet
       * has
       * less, the wallet is stopped and a pending debit stands for the rest; complete it when money comes in.
       * p_amount: in the transaction's currency; null means all that is left of it.
       * p_idempotency_key: a repeated key changes nothing more.
       * Errors: 23514 dispute_of_completed_credit, refund_exceeds_amount; 23505 idempotency_key_reused.
       *
       * service_role
       */
      dispute_transaction: {
        Args: {
          p_transaction_id: string
          p_amount?: number
          p_reason?: string
          p_idempotency_key?: string
        }
        Returns: Database["public"]["Tables"]["transactions"]["Row"]
        SetofOptions: {
          from: "*"
          to: "transactions"
          isOneToOne: true
          isSetofReturn: false
        }
      }
      /**
       * Report that the KB Updater has processed a document. It includes document_started.
       * p_attempt: see document_started.
       * p_chunk_count: the number of chunks; null counts as 0.
       * Returns completed. Any other result means that nothing was changed: failed, stale_attempt or
       * unknown_document.
       * Errors: 23514 document_chunks_not_negative.
       *
       * kb_updater, service_role
       */
      document_completed: {
        Args: {
          p_document_id: string
          p_attempt: number
          p_vector_db_id: string
          p_chunk_count: number
        }
        Returns: string
      }
      /**
       * Report that the KB Updater could not process a document. It includes document_started.
       * p_attempt: see document_started.
       * p_error: the reason; its first 10,000 characters are kept.
       * Returns failed. Any other result means that nothing was changed: completed, stale_attempt or
       * unknown_document.
       *
       * kb_updater, service_role
       */
      document_failed: {
        Args: {
          p_document_id: string
          p_attempt: number
          p_error: string
        }
        Returns: string
      }
      /**
       * Report that the KB Updater begins to process a document.
       * p_attempt: `record.attempts` of the delivery.
       * Returns processing: continue. Any other result means: skip the document (completed, failed,
       * stale_attempt
       * or unknown_document).
       *
       * kb_updater, service_role
       */
      document_started: {
        Args: {
          p_document_id: string
          p_attempt: number
        }
        Returns: string
      }
      /**
       * Find the business of a called phone number. The Voice Agent calls it at the start of a call. It uses
       * one
       * index look-up.
       * p_phone_number: the number in E.164; it ignores spaces, dashes, dots and brackets.
       * Returns no row if the number or its business is unknown, inactive or in the trash.
       *
       * voice_agent, service_role
       */
      find_business_by_number: {
        Args: {
          p_phone_number: string
        }
        Returns: {
          business_id: string
          name: string
          business_type: string
          timezone: string
          is_open_now: boolean
          business_hours: Json | null
          number_id: string
        }[]
      }
      /**
       * Move one row to the trash and report the result, since a DELETE reports no rows. A business takes its
       * numbers, appointments and documents along.
       * p_table: business_v2, business_numbers, appointments or documents.
       * Returns trashed, or why nothing was changed: already_trashed, unknown (the row does not exist or
       * belongs to
       * another tenant), unknown_table or not_allowed (the caller's role may not delete from this table).
       * Returns the name of the rule if one refused.
       *
       * authenticated, service_role
       */
      move_to_trash: {
        Args: {
          p_table: string
          p_id: string
        }
        Returns: string | null
      }
      /**
       * List the slots nearest to a time that is taken, at most 31 days away, the nearest first; of two at the
       * same
       * distance, the earlier one first. The rows are those of available_slots.
       * p_duration: minutes of the appointment, 1 to 1440.
       * p_limit: 1 to 100 rows.
       * Errors: 22023 an argument is missing, infinite or out of range.
       *
       * authenticated, voice_agent, service_role
       */
      nearest_slots: {
        Args: {
          p_business_id: string
          p_near: string
          p_duration?: number
          p_limit?: number
        }
        Returns: {
          starts_at: string
          ends_at: string
          local_start: string
          free: number
        }[]
      }
      /**
       * Record what a payment provider reported about one dispute. Reports may come in any order, before their
       * payment, and any number of times. An open or lost dispute takes its amount from the wallet. If the
       * wallet
       * has less, the account owes the rest and the wallet is stopped. A won dispute returns the amount. A
       * warning
       * (inquiry) takes nothing.
       * A dispute of more than what is left of the payment takes what is left. The rest is the platform's loss.
       * p_payment_id, p_dispute_id: the provider's ids, such as pi_… and dp_….
       * p_state: warning, open, won or lost.
       * p_amount: in major units of p_currency.
       * p_evidence_due_by: the deadline for evidence.
       * p_occurred_at: the time of the report, by the provider's clock.
       * Returns: see record_payment. Errors: see record_payment.
       *
       * service_role
       */
      record_dispute: {
        Args: {
          p_payment_id: string
          p_dispute_id: string
          p_state: string
          p_amount: number
          p_currency: string
          p_reason?: string
          p_evidence_due_by?: string
          p_occurred_at?: string
        }
        Returns: {
          outcome: string | null
          transaction_id: string | null
          problem: string | null
        }[]
      }
      /**
       * Record what a payment provider reported about a payment. Reports may come in any order and any number
       * of
       * times.
       * p_payment_id: the provider's id, such as Stripe's payment intent (pi_…).
       * p_state: pending, failed, cancelled or succeeded. A success is final; it completes the payment's
       * transaction.
       * p_amount: the amount received, in major units of p_currency; before a success, the amount requested.
       * p_user_id: the account that paid. Null if the report does not name it: then the payment's transaction
       * names
       * it, or the payment is ignored.
       * p_description: the description of the transaction, if this call creates it.
       * p_occurred_at: the time of the report, by the provider's clock.
       * Returns outcome: settled (ledger and reports agree), waiting (the payment is not known yet), attention
       * (staff must act: `problem` is account_unknown, account_differs, amount_differs, amount_limit,
       * currency_unsupported, currency_differs or wallet_balance_limit) or ignored (the payment belongs to no
       * account of AiRa).
       * Errors: 23514 payment_fact_state_known, payment_fact_amount_finite, payment_fact_ids_given,
       *   payment_fact_currency_known.
       *
       * service_role
       */
      record_payment: {
        Args: {
          p_payment_id: string
          p_state: string
          p_amount: number
          p_currency: string
          p_user_id?: string
          p_description?: string
          p_reason?: string
          p_occurred_at?: string
        }
        Returns: {
          outcome: string | null
          transaction_id: string | null
          problem: string | null
        }[]
      }
      /**
       * Record what a payment provider reported about one refund. Reports may come in any order, before their
       * payment, and any number of times. A pending or succeeded refund takes its amount from the wallet; a
       * failed
       * or cancelled refund returns it.
       * A refund of more than what is left of the payment takes what is left. The rest is the platform's loss.
       * p_payment_id, p_refund_id: the provider's ids, such as pi_… and re_….
       * p_state: pending, succeeded, failed or cancelled.
       * p_amount: in major units of p_currency.
       * p_occurred_at: the time of the report, by the provider's clock.
       * Returns: see record_payment. Errors: see record_payment.
       *
       * service_role
       */
      record_refund: {
        Args: {
          p_payment_id: string
          p_refund_id: string
          p_state: string
          p_amount: number
          p_currency: string
          p_reason?: string
          p_occurred_at?: string
        }
        Returns: {
          outcome: string | null
          transaction_id: string | null
          problem: string | null
        }[]
      }
      /**
       * Record how much of a charge has been refunded, if the provider reports only the sum (Stripe's
       * amount_refunded). Only the part that refunds with an id don't explain counts. The largest sum counts,
       * in
       * any order of arrival.
       * p_payment_id, p_charge_id: the provider's ids, such as pi_… and ch_….
       * p_amount: in major units of p_currency.
       * p_occurred_at: the time of the report, by the provider's clock.
       * Returns: see record_payment. Errors: see record_payment.
       *
       * service_role
       */
      record_refunded_total: {
        Args: {
          p_payment_id: string
          p_charge_id: string
          p_amount: number
          p_currency: string
          p_occurred_at?: string
        }
        Returns: {
          outcome: string | null
          transaction_id: string | null
          problem: string | null
        }[]
      }
      /**
       * Record one Stripe event, as Stripe's webhook sends it. Verify its signature first, with Stripe's
       * library.
       * Events may come in any order and any number of times. It processes payment_intent.*, charge.refunded,
       * refund.*, charge.refund.updated and charge.dispute.*, in API versions with and without expanded
       * refunds. It
       * ignores other types.
       * The payment intent carries metadata {"user_id": the account}. A payment intent without it is ignored,
       * unless a transaction names it.
       * p_event: the event.
       * p_live: true ignores test-mode events, false ignores live events, null processes both.
       * Returns outcome: the most severe one that record_payment, record_refund, record_refunded_total and
       * record_dispute return.
       * Errors: 23514 stripe_event_readable (a known type without id, amount or currency), and those of these
       *   functions.
       *
       * service_role
       */
      record_stripe_event: {
        Args: {
          p_event: Json
          p_live?: boolean
        }
        Returns: {
          outcome: string | null
          transaction_id: string | null
          problem: string | null
        }[]
      }
      /**
       * Record a transaction once, however often it is sent, and set its status. Services use this function to
       * write transactions.
       * The same idempotency key with the same content returns the existing row, even if it has changed since:
       * captured for less, given a payment intent, or its phone number purged. The same payment intent and type
       * returns the existing row, set to p_status if the states allow it. So webhooks that Stripe repeats,
       * delays
       * or sends out of order do no harm.
       * p_amount: in p_currency, two decimals. All arguments after p_currency have a default.
       * Errors: 23505 idempotency_key_reused, transaction_payment_intent_once (the content differs); see also
       * the
       *   rules of the table.
       *
       * service_role
       */
      record_transaction: {
        Args: {
          p_user_id: string
          p_type: Database["public"]["Enums"]["transaction_type"]
          p_amount: number
          p_currency: string
          p_status?: Database["public"]["Enums"]["transaction_status"]
          p_description?: string
          p_metadata?: Json
          p_stripe_payment_intent_id?: string
          p_business_number_id?: string
          p_idempotency_key?: string
          p_hold?: boolean
          p_expires_at?: string
        }
        Returns: Database["public"]["Tables"]["transactions"]["Row"]
        SetofOptions: {
          from: "*"
          to: "transactions"
          isOneToOne: true
          isSetofReturn: false
        }
      }
      /**
       * Refund a completed transaction: a debit to the wallet, a credit out of the wallet. Partial refunds add
       * up
       * to at most the amount; then the status becomes refunded.
       * p_amount: in the transaction's currency; null means all that is left.
       * p_idempotency_key: a repeated key refunds once.
       * Errors: 23514 refund_exceeds_amount, transaction_status_transition, transaction_amount_positive,
       *   wallet_balance_not_negative (a credit whose money is spent); 23505 idempotency_key_reused; 23503
       *   refund_of_known_transaction.
       *
       * service_role
       */
      refund_transaction: {
        Args: {
          p_transaction_id: string
          p_amount?: number
          p_reason?: string
          p_idempotency_key?: string
        }
        Returns: Database["public"]["Tables"]["transactions"]["Row"]
        SetofOptions: {
          from: "*"
          to: "transactions"
          isOneToOne: true
          isSetofReturn: false
        }
      }
      /**
       * Move an appointment to another time. Its current time counts as free.
       * p_duration: minutes; null keeps the duration.
       * Returns one row: outcome and appointment_id. outcome is rescheduled; already_cancelled; not_confirmed
       * (completed or no-show); unknown_appointment; retry (see book_appointment); or a result of
       * check_appointment_time, if nothing was changed.
       *
       * authenticated, voice_agent, service_role
       */
      reschedule_appointment: {
        Args: {
          p_appointment_id: string
          p_scheduled_at: string
          p_duration?: number
        }
        Returns: {
          outcome: string
          appointment_id: string | null
        }[]
      }
      /**
       * Restore one row from the trash. A business restores the rows that went to the trash with it.
       * p_table: business_v2, business_numbers, appointments or documents.
       * Returns restored, or why nothing was changed: not_in_trash, unknown (the row does not exist or belongs
       * to
       * another tenant), unknown_table or not_allowed (the caller's role may not delete from this table).
       * Returns the name of the rule if one refused, such as business_is_in_trash,
       * appointments_no_double_booking
       * or appointment_external_id_once.
       *
       * authenticated, service_role
       */
      restore_from_trash: {
        Args: {
          p_table: string
          p_id: string
        }
        Returns: string | null
      }
      /**
       * Search appointments by customer: name (typos are fine), phone number in any spelling, e-mail, service,
       * external id or notes. Best first. A user searches their own appointments. A text without a word finds
       * nothing.
       * p_limit: at most 100 rows.
       * Returns rank: 0 to 1.
       *
       * authenticated, service_role
       */
      search_appointments: {
        Args: {
          p_query: string
          p_business_id?: string
          p_limit?: number
        }
        Returns: {
          id: string
          business_id: string
          customer_name: string
          customer_phone: string | null
          customer_email: string | null
          scheduled_at: string
          duration: number
          status: Database["public"]["Enums"]["appointment_status"]
          service_type: string | null
          external_id: string | null
          notes: string | null
          rank: number
        }[]
      }
      /**
       * Search documents by file name (typos are fine) or path. Best first. A user searches their own
       * documents. A
       * text without a word finds nothing.
       * p_limit: at most 100 rows.
       * Returns rank: 0 to 1.
       *
       * authenticated, service_role
       */
      search_documents: {
        Args: {
          p_query: string
          p_business_id?: string
          p_limit?: number
        }
        Returns: {
          id: string
          business_id: string
          file_name: string
          file_path: string
          mime_type: string | null
          file_size: number | null
          processing_status: Database["public"]["Enums"]["processing_status"]
          created_at: string
          rank: number
        }[]
      }
      /**
       * Return true if check_appointment_time returns ok. It exists for clients of the original database. It
       * never
       * returns null and never raises.
       *
       * authenticated, voice_agent, service_role
       */
      validate_appointment_time: {
        Args: {
          p_business_id: string
          p_scheduled_at: string
          p_duration: number
        }
        Returns: boolean
      }
      /**
       * Return the statement of one currency of an account's wallet, from p_from (included) to p_to (excluded):
       * one
       * row with the opening balance, the entries as a JSON list in their order, and the closing balance. Row
       * security applies: for a user, the statement of another account is empty.
       * Errors: 22023 p_from is later than p_to.
       *
       * authenticated, service_role
       */
      wallet_statement: {
        Args: {
          p_user_id: string
          p_from: string
          p_to: string
          p_currency: string
        }
        Returns: {
          opening_balance: number
          entries: NonNullable<Json>
          closing_balance: number
        }[]
      }
    }
    Enums: {
      /** Channel through which an appointment was made: by hand, Voice Agent, web or text message. */
      appointment_source: "manual" | "voice_agent" | "web" | "sms"
      /** Status of an appointment. Only a confirmed one takes up time. */
      appointment_status: "confirmed" | "cancelled" | "completed" | "no_show"
      /** Type of a phone number. */
      business_number_type: "local" | "toll_free" | "mobile" | "international" | "vanity"
      /** Status of a document: pending, then processing, then completed or failed. Both can be queued again. */
      processing_status: "pending" | "processing" | "completed" | "failed"
      /** Status of a transaction: pending, then completed or failed. A completed one can be refunded. */
      transaction_status: "pending" | "completed" | "failed" | "refunded"
      /** Type of a transaction: a credit adds to the wallet, a debit takes from it. */
      transaction_type: "credit" | "debit"
    }
    CompositeTypes: { [_ in never]: never }
  }
}

type Public = Database["public"]

export type Tables<Name extends keyof (Public["Tables"] & Public["Views"])> =
  (Public["Tables"] & Public["Views"])[Name]["Row"]
export type TablesInsert<Name extends keyof Public["Tables"]> = Public["Tables"][Name]["Insert"]
export type TablesUpdate<Name extends keyof Public["Tables"]> = Public["Tables"][Name]["Update"]
export type Enums<Name extends keyof Public["Enums"]> = Public["Enums"][Name]

export const Constants = {
  public: {
    Enums: {
      appointment_source: ["manual", "voice_agent", "web", "sms"],
      appointment_status: ["confirmed", "cancelled", "completed", "no_show"],
      business_number_type: ["local", "toll_free", "mobile", "international", "vanity"],
      processing_status: ["pending", "processing", "completed", "failed"],
      transaction_status: ["pending", "completed", "failed", "refunded"],
      transaction_type: ["credit", "debit"],
    },
  },
} as const
