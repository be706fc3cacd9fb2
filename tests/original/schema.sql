-- The database as the original document's hand-written migrations made it, in their order. Verbatim but for what the document
-- leaves out: the triggers "for all tables", and the policies of the tables of which it says nothing.
CREATE TABLE business_v2 (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    user_id UUID NOT NULL REFERENCES auth.users(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    business_type TEXT NOT NULL CHECK (business_type IN ('restaurant', 'retail', 'service')),
    description TEXT,
    email TEXT,
    phone_number TEXT,  -- Primary business phone
    address TEXT,
    website TEXT,
    logo_url TEXT,
    is_active BOOLEAN DEFAULT true,
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_business_v2_user_id ON business_v2(user_id);
CREATE INDEX idx_business_v2_business_type ON business_v2(business_type);

ALTER TABLE business_v2 ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Users can view their own businesses"
    ON business_v2 FOR SELECT
    USING (auth.uid() = user_id);

CREATE POLICY "Users can create their own businesses"
    ON business_v2 FOR INSERT
    WITH CHECK (auth.uid() = user_id);

CREATE POLICY "Users can update their own businesses"
    ON business_v2 FOR UPDATE
    USING (auth.uid() = user_id);

CREATE POLICY "Users can delete their own businesses"
    ON business_v2 FOR DELETE
    USING (auth.uid() = user_id);

CREATE TYPE business_number_type AS ENUM (
    'local', 'toll_free', 'mobile', 'international', 'vanity'
);

CREATE TABLE business_numbers (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),

    -- Ownership
    user_id UUID REFERENCES auth.users(id) ON DELETE CASCADE,
    business_id UUID REFERENCES business_v2(id) ON DELETE SET NULL,

    -- Phone number details
    phone_number TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    country_code TEXT NOT NULL,
    number_type business_number_type NOT NULL,

    -- Twilio fields
    twilio_sid TEXT UNIQUE,
    twilio_account_sid TEXT,
    voice_url TEXT,  -- Points to Voice Agent Service
    sms_url TEXT,
    status_callback_url TEXT,
    capabilities JSONB,  -- {voice: true, sms: true, mms: false, fax: false}

    -- Status
    is_primary BOOLEAN DEFAULT false,
    is_active BOOLEAN DEFAULT true,
    provider TEXT DEFAULT 'twilio',

    -- Metadata
    purchase_date TIMESTAMPTZ,
    monthly_cost DECIMAL(10, 2),
    features JSONB DEFAULT '[]'::jsonb,
    notes TEXT,

    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW(),

    -- Constraints
    CHECK (user_id IS NOT NULL OR business_id IS NOT NULL)  -- At least one must be set
);

CREATE INDEX idx_business_numbers_user_id ON business_numbers(user_id);
CREATE INDEX idx_business_numbers_business_id ON business_numbers(business_id);
CREATE INDEX idx_business_numbers_phone_number ON business_numbers(phone_number);
CREATE INDEX idx_business_numbers_twilio_sid ON business_numbers(twilio_sid) WHERE twilio_sid IS NOT NULL;
CREATE INDEX idx_business_numbers_active_business ON business_numbers(business_id, is_active)
    WHERE business_id IS NOT NULL;

CREATE TABLE wallets (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    user_id UUID NOT NULL UNIQUE REFERENCES auth.users(id) ON DELETE CASCADE,
    balance_usd DECIMAL(10, 2) DEFAULT 0.00,
    balance_inr DECIMAL(10, 2) DEFAULT 0.00,
    currency TEXT DEFAULT 'USD' CHECK (currency IN ('USD', 'INR')),
    is_active BOOLEAN DEFAULT true,
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW(),

    CHECK (balance_usd >= 0 AND balance_inr >= 0)
);

CREATE INDEX idx_wallets_user_id ON wallets(user_id);

CREATE TYPE transaction_type AS ENUM ('credit', 'debit');
CREATE TYPE transaction_status AS ENUM ('pending', 'completed', 'failed', 'refunded');

CREATE TABLE transactions (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    user_id UUID NOT NULL REFERENCES auth.users(id) ON DELETE CASCADE,

    -- Amount
    amount DECIMAL(10, 2) NOT NULL,
    currency TEXT NOT NULL CHECK (currency IN ('USD', 'INR')),

    -- Type and status
    type transaction_type NOT NULL,
    status transaction_status DEFAULT 'pending',

    -- Description and metadata
    description TEXT,
    metadata JSONB DEFAULT '{}'::jsonb,

    -- External references
    stripe_payment_intent_id TEXT,
    business_number_id UUID REFERENCES business_numbers(id) ON DELETE SET NULL,

    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_transactions_user_id ON transactions(user_id);
CREATE INDEX idx_transactions_status ON transactions(status);
CREATE INDEX idx_transactions_created_at ON transactions(created_at DESC);
CREATE INDEX idx_transactions_stripe_payment_intent ON transactions(stripe_payment_intent_id)
    WHERE stripe_payment_intent_id IS NOT NULL;

-- Trigger to update wallet balance on transaction completion
CREATE OR REPLACE FUNCTION update_wallet_balance()
RETURNS TRIGGER AS $$
BEGIN
    IF NEW.status = 'completed' AND OLD.status != 'completed' THEN
        IF NEW.type = 'credit' THEN
            IF NEW.currency = 'USD' THEN
                UPDATE wallets SET balance_usd = balance_usd + NEW.amount
                WHERE user_id = NEW.user_id;
            ELSE
                UPDATE wallets SET balance_inr = balance_inr + NEW.amount
                WHERE user_id = NEW.user_id;
            END IF;
        ELSIF NEW.type = 'debit' THEN
            IF NEW.currency = 'USD' THEN
                UPDATE wallets SET balance_usd = balance_usd - NEW.amount
                WHERE user_id = NEW.user_id;
            ELSE
                UPDATE wallets SET balance_inr = balance_inr - NEW.amount
                WHERE user_id = NEW.user_id;
            END IF;
        END IF;
    END IF;

    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER trigger_update_wallet_balance
    AFTER UPDATE ON transactions
    FOR EACH ROW
    EXECUTE FUNCTION update_wallet_balance();

CREATE TYPE appointment_status AS ENUM ('confirmed', 'cancelled', 'completed', 'no_show');
CREATE TYPE appointment_source AS ENUM ('manual', 'voice_agent', 'web', 'sms');

CREATE TABLE appointments (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    business_id UUID NOT NULL REFERENCES business_v2(id) ON DELETE CASCADE,

    -- Customer details
    customer_name TEXT NOT NULL,
    customer_phone TEXT,
    customer_email TEXT,

    -- Appointment details
    scheduled_at TIMESTAMPTZ NOT NULL,
    duration INTEGER DEFAULT 60,  -- minutes
    status appointment_status DEFAULT 'confirmed',

    -- Source tracking
    source appointment_source DEFAULT 'manual',
    external_id TEXT,  -- Twilio CallSid, web booking ID, etc.

    -- Additional info
    notes TEXT,
    service_type TEXT,

    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_appointments_business_id ON appointments(business_id);
CREATE INDEX idx_appointments_scheduled_at ON appointments(scheduled_at);
CREATE INDEX idx_appointments_customer_phone ON appointments(customer_phone);
CREATE INDEX idx_appointments_status ON appointments(status);
CREATE INDEX idx_appointments_source ON appointments(source);

-- Validation function for Voice Agent to use
CREATE OR REPLACE FUNCTION validate_appointment_time(
    p_business_id UUID,
    p_scheduled_at TIMESTAMPTZ,
    p_duration INTEGER
) RETURNS BOOLEAN AS $$
DECLARE
    v_business_hours JSONB;
    v_day_of_week TEXT;
    v_time TIME;
    v_conflict_count INTEGER;
BEGIN
    -- Get day of week and time
    v_day_of_week := LOWER(TO_CHAR(p_scheduled_at, 'Day'));
    v_time := p_scheduled_at::TIME;

    -- TODO: Check business hours (requires business_hours column in business_v2)
    -- For now, assume business hours are 9 AM - 6 PM
    IF v_time < '09:00:00' OR v_time > '18:00:00' THEN
        RETURN FALSE;
    END IF;

    -- Check for scheduling conflicts
    SELECT COUNT(*) INTO v_conflict_count
    FROM appointments
    WHERE business_id = p_business_id
      AND status IN ('confirmed', 'completed')
      AND (
          -- Overlapping appointments
          (scheduled_at, scheduled_at + (duration || ' minutes')::INTERVAL)
          OVERLAPS
          (p_scheduled_at, p_scheduled_at + (p_duration || ' minutes')::INTERVAL)
      );

    IF v_conflict_count > 0 THEN
        RETURN FALSE;
    END IF;

    RETURN TRUE;
END;
$$ LANGUAGE plpgsql;

CREATE TYPE processing_status AS ENUM ('pending', 'processing', 'completed', 'failed');

CREATE TABLE documents (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    business_id UUID NOT NULL REFERENCES business_v2(id) ON DELETE CASCADE,

    -- File details
    file_name TEXT NOT NULL,
    file_path TEXT NOT NULL,
    file_size BIGINT,
    mime_type TEXT,

    -- Processing status (updated by KB Updater Service)
    processing_status processing_status DEFAULT 'pending',
    processing_error TEXT,

    -- Vector DB reference (updated by KB Updater Service)
    vector_db_id TEXT,
    chunk_count INTEGER DEFAULT 0,

    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE INDEX idx_documents_business_id ON documents(business_id);
CREATE INDEX idx_documents_processing_status ON documents(processing_status);

-- Trigger to notify KB Updater Service
CREATE OR REPLACE FUNCTION notify_kb_updater_webhook()
RETURNS TRIGGER AS $$
DECLARE
    webhook_url TEXT := 'https://kb-updater.yourdomain.com/process-document';
    payload JSONB;
BEGIN
    payload := jsonb_build_object(
        'type', TG_OP,
        'table', TG_TABLE_NAME,
        'record', row_to_json(NEW)
    );

    -- Call webhook using pg_net extension
    PERFORM net.http_post(
        url := webhook_url,
        headers := '{"Content-Type": "application/json"}'::jsonb,
        body := payload::text
    );

    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER notify_kb_updater_on_upload
    AFTER INSERT ON documents
    FOR EACH ROW
    EXECUTE FUNCTION notify_kb_updater_webhook();

CREATE OR REPLACE FUNCTION update_updated_at_column()
RETURNS TRIGGER AS $$
BEGIN
    NEW.updated_at = NOW();
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER update_business_v2_updated_at
    BEFORE UPDATE ON business_v2
    FOR EACH ROW
    EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_business_numbers_updated_at
    BEFORE UPDATE ON business_numbers
    FOR EACH ROW
    EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_wallets_updated_at
    BEFORE UPDATE ON wallets
    FOR EACH ROW
    EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_transactions_updated_at
    BEFORE UPDATE ON transactions
    FOR EACH ROW
    EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_appointments_updated_at
    BEFORE UPDATE ON appointments
    FOR EACH ROW
    EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_documents_updated_at
    BEFORE UPDATE ON documents
    FOR EACH ROW
    EXECUTE FUNCTION update_updated_at_column();

-- "Separate policies for client (anon key) and server (service role)"; the document shows those of business_v2 alone.
ALTER TABLE business_numbers ENABLE ROW LEVEL SECURITY;
ALTER TABLE wallets ENABLE ROW LEVEL SECURITY;
ALTER TABLE transactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Users can view numbers of their businesses"
    ON business_numbers FOR SELECT
    USING (EXISTS (SELECT 1 FROM business_v2 WHERE business_v2.id = business_numbers.business_id AND business_v2.user_id = auth.uid()));

CREATE POLICY "Users can view their own wallet"
    ON wallets FOR SELECT
    USING (auth.uid() = user_id);

CREATE POLICY "Users can view their own transactions"
    ON transactions FOR SELECT
    USING (auth.uid() = user_id);

CREATE POLICY "Users can manage appointments of their businesses"
    ON appointments FOR ALL
    USING (EXISTS (SELECT 1 FROM business_v2 WHERE business_v2.id = appointments.business_id AND business_v2.user_id = auth.uid()));

CREATE POLICY "Users can manage documents of their businesses"
    ON documents FOR ALL
    USING (EXISTS (SELECT 1 FROM business_v2 WHERE business_v2.id = documents.business_id AND business_v2.user_id = auth.uid()));
